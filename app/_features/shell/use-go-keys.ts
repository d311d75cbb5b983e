import { useRouter } from 'next/navigation';
import { useEffect, useEffectEvent } from 'react';
import { isTyping } from '../../_lib/is-typing.ts';
import { areKeysOn } from '../../_lib/preferences.ts';
import { FOLD_KEY, GO_KEYS, HELP_KEY } from './go-keys.ts';

const SEQUENCE_MS = 1_500;

/** `g` then a letter goes to a page, `?` to the list of keys, `[` folds the navigation. */
export function useGoKeys(toggleNavigation: () => void): void {
  const router = useRouter();
  const toggle = useEffectEvent(toggleNavigation);
  useEffect(() => {
    let pendingSince = 0;
    function onKey(event: KeyboardEvent) {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target)) return;
      if (!areKeysOn()) return;
      const waiting = Date.now() - pendingSince < SEQUENCE_MS;
      pendingSince = 0;
      const target = GO_KEYS.find(({ key }) => key === event.key);
      if (waiting && target !== undefined) router.push(target.href);
      else if (event.key === 'g') pendingSince = Date.now();
      else if (event.key === HELP_KEY) router.push('/shortcuts');
      else if (event.key === FOLD_KEY) toggle();
    }
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [router]);
}
