import { type Ref, type RefObject, useImperativeHandle, useLayoutEffect, useRef } from 'react';
import { useHydrated } from './use-hydrated.ts';

type TextControl = HTMLInputElement | HTMLTextAreaElement;

/**
 * For a control of text: what people or their password manager put into it before the page's scripts ran is told to its
 * `onChange`. React keeps such a text on the screen and knows nothing of it: it would be missing from what is sent, and gone
 * with the next drawing.
 *
 * @param given another one who wants the element
 * @returns for the control's `ref`
 */
export function useTypedEarly<Control extends TextControl>(given?: Ref<Control>): RefObject<Control | null> {
  const ref = useRef<Control>(null);
  useImperativeHandle(given, () => ref.current as Control);
  // What the server drew was there before.
  const wasThere = !useHydrated();
  const begun = useRef(false);
  // Before anything else is drawn.
  useLayoutEffect(() => {
    if (begun.current) return;
    begun.current = true;
    if (wasThere && ref.current !== null) tellTyped(ref.current);
  }, [wasThere]);
  return ref;
}

function tellTyped(control: TextControl): void {
  const typed = control.value;
  if (typed === control.defaultValue) return;
  const prototype = control instanceof HTMLInputElement ? HTMLInputElement.prototype : HTMLTextAreaElement.prototype;
  // React watches the element's own property for what it knows already, and not the one of all such elements.
  control.value = control.defaultValue;
  Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(control, typed);
  control.dispatchEvent(new Event('input', { bubbles: true }));
}
