import { useEffect, useEffectEvent } from 'react';
import { isTyping } from '../../_lib/is-typing.ts';
import { areKeysOn } from '../../_lib/preferences.ts';

/** What a key does on the open container: undefined where it may not be done now. */
type ContainerKeys = Readonly<Record<'l' | 't' | 'r' | 's' | 'e', (() => void) | undefined>>;

/** Single letters, unless one is typing, a dialog or another component has the keys, or they are switched off. */
export function useContainerKeys(keys: ContainerKeys): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.repeat || event.isComposing) return;
    if (event.defaultPrevented || isTyping(event.target)) return;
    if (!areKeysOn()) return;
    const key = (['l', 't', 'r', 's', 'e'] as const).find((one) => one === event.key);
    if (key !== undefined) keys[key]?.();
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => press(event);
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}
