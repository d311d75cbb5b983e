'use client';
import { usePathname } from 'next/navigation';

/** Whether this page has put the entry that Back leads away from; not after a reload or by a link from elsewhere. */
const OPENED_HERE = 'davitOpenedHere';

/** A dialog over a list that has an address of its own, `<list>/new`: Back closes it, and the list stays as it is. */
export function useNewAddress(list: string) {
  const isOpen = usePathname() === `${list}/new`;
  function open() {
    window.history.pushState({ [OPENED_HERE]: true }, '', `${list}/new${window.location.search}`);
  }
  function close() {
    const state: unknown = window.history.state;
    if (typeof state === 'object' && state !== null && OPENED_HERE in state) window.history.back();
    else window.history.replaceState(null, '', `${list}${window.location.search}`);
  }
  return { isOpen, open, close };
}
