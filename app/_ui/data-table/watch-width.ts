/**
 * Marks the box of a table that is wider than it, for its first columns to stay in sight: of those each cell is painted by itself,
 * which a table that has room need not pay. @returns ends it
 */
export function watchWidth(box: HTMLElement, table: HTMLElement): () => void {
  const observer = new ResizeObserver(() => {
    box.toggleAttribute('data-sideways', table.offsetWidth > box.clientWidth);
    const boxes = table.querySelector<HTMLElement>('thead .kept-box');
    box.style.setProperty('--kept-left', `${boxes?.offsetWidth ?? 0}px`);
  });
  observer.observe(box);
  observer.observe(table);
  return () => observer.disconnect();
}
