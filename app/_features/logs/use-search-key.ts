import { type RefObject, useEffect } from 'react';
import { isTyping } from '../../_lib/is-typing.ts';
import { areKeysOn } from '../../_lib/preferences.ts';

/** `/` anywhere on the page leads to the search of the log, as to the filter of a list; inside the log its own keys do. */
export function useSearchKey(search: RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    function onKey(event: KeyboardEvent) {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      if (event.defaultPrevented || isTyping(event.target) || !areKeysOn()) return;
      if (document.querySelector('[role="dialog"]') !== null) return;
      search.current?.focus();
      search.current?.select();
      event.preventDefault();
    }
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [search]);
}
