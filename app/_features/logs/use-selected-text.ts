import { type RefObject, useEffect, useEffectEvent } from 'react';

/** Tells when somebody selects text within an element. */
export function useSelectedText(box: RefObject<HTMLElement | null>, onSelected: () => void): void {
  const tell = useEffectEvent(onSelected);
  useEffect(() => {
    function look() {
      const selection = document.getSelection();
      if (selection !== null && !selection.isCollapsed && box.current?.contains(selection.anchorNode)) tell();
    }
    document.addEventListener('selectionchange', look);
    return () => document.removeEventListener('selectionchange', look);
  }, [box]);
}
