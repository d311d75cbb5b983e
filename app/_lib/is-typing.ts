/** Keys belong to the field, the terminal, the log, the menu or the dialog while one of them has the focus. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.closest('input, textarea, select, [data-own-keys], [role="menu"], [role="dialog"]') !== null)
  );
}
