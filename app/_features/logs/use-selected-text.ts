import { type RefObject, useEffect, useEffectEvent } from 'react';

interface Hands {
  /** A button or finger is down within the element: nothing may move under it. */
  onPress: () => void;
  onRelease: () => void;
  /** Something within it is selected. */
  onSelected: () => void;
}

/** Follows how somebody selects text within an element. */
export function useSelectedText(box: RefObject<HTMLElement | null>, hands: Hands): void {
  const press = useEffectEvent(hands.onPress);
  const release = useEffectEvent(hands.onRelease);
  const tell = useEffectEvent(hands.onSelected);
  useEffect(() => {
    const isWithin = (node: EventTarget | null) => node instanceof Node && box.current?.contains(node) === true;
    const ends = new AbortController();
    const { signal } = ends;
    document.addEventListener('pointerdown', ({ target }) => isWithin(target) && press(), { signal });
    for (const end of ['pointerup', 'pointercancel'] as const)
      document.addEventListener(end, () => release(), { signal });
    function look() {
      const selection = document.getSelection();
      if (selection !== null && !selection.isCollapsed && isWithin(selection.anchorNode)) tell();
    }
    document.addEventListener('selectionchange', look, { signal });
    return () => ends.abort();
  }, [box]);
}
