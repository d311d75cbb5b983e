import { type Ref, type RefObject, useEffect, useImperativeHandle, useLayoutEffect, useRef } from 'react';
import { useHydrated } from './use-hydrated.ts';

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

const BOXES: ReadonlySet<string> = new Set(['checkbox', 'radio']);

/**
 * For a control: what people or their password manager put into it before the page's scripts ran is told to its `onChange`.
 * React keeps it on the screen and knows nothing of it: it would be missing from what is sent, and gone with the next drawing.
 *
 * @param given another one who wants the element
 * @returns for the control's `ref`
 */
export function useGivenEarly<Element extends Control>(given?: Ref<Element>): RefObject<Element | null> {
  const ref = useRef<Element>(null);
  useImperativeHandle(given, () => ref.current as Element);
  // What the server drew was there before.
  const wasThere = !useHydrated();
  const begun = useRef(false);
  const tell = useRef<() => void>(undefined);
  // Before anything else is drawn.
  useLayoutEffect(() => {
    if (begun.current) return;
    begun.current = true;
    if (!wasThere || ref.current === null) return;
    const control = ref.current;
    if (control instanceof HTMLSelectElement) tell.current = takeChoice(control);
    else if (control instanceof HTMLInputElement && BOXES.has(control.type)) tell.current = takePress(control);
    else tellTyped(control);
  }, [wasThere]);
  // A choice may be carried out at once, by those around: they are there once all of the page's effects have run.
  useEffect(() => {
    if (tell.current !== undefined) queueMicrotask(tell.current);
    tell.current = undefined;
  }, []);
  return ref;
}

function tellTyped(control: HTMLInputElement | HTMLTextAreaElement): void {
  const typed = control.value;
  if (typed === control.defaultValue) return;
  const prototype = control instanceof HTMLInputElement ? HTMLInputElement.prototype : HTMLTextAreaElement.prototype;
  // React watches the element's own property for what it knows already, and not the one of all such elements.
  control.value = control.defaultValue;
  Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(control, typed);
  control.dispatchEvent(new Event('input', { bubbles: true }));
}

/** @returns presses it once more, where it does not have by then what was chosen */
function takePress(box: HTMLInputElement): (() => void) | undefined {
  const { checked, defaultChecked } = box;
  if (checked === defaultChecked) return undefined;
  box.checked = defaultChecked;
  return () => {
    if (box.checked !== checked) box.click();
  };
}

/** @returns chooses it once more, where it does not have by then what was chosen */
function takeChoice(select: HTMLSelectElement): (() => void) | undefined {
  const { value, options } = select;
  const drawn = Array.from(options).find((option) => option.defaultSelected) ?? options[0];
  if (drawn === undefined || drawn.value === value) return undefined;
  select.value = drawn.value;
  return () => {
    if (select.value === value) return;
    select.value = value;
    // Such an option may have gone since.
    if (select.value === value) select.dispatchEvent(new Event('change', { bubbles: true }));
  };
}
