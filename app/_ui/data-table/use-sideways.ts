'use client';
import { type RefObject, useEffect, useLayoutEffect, useState } from 'react';

/** So long after it was scrolled its place is noted. */
const REST_MS = 100;

/**
 * Whether the table is wider than its box, which then is scrolled instead of the page, both ways: its head and its first columns
 * stay in sight. Of those each cell is painted by itself, which a table that has room need not pay.
 */
export function useSideways(box: RefObject<HTMLElement | null>): boolean {
  const [sideways, setSideways] = useState(false);
  useEffect(() => {
    if (box.current !== null) return watchWidth(box.current, setSideways);
  }, [box]);
  // What stands above it may have come or gone, or its columns have another order.
  useLayoutEffect(() => {
    if (sideways && box.current !== null) place(box.current);
  });
  useEffect(() => {
    if (sideways && box.current !== null) return keepPlace(box.current);
  }, [sideways, box]);
  return sideways;
}

/** @returns ends it */
function watchWidth(box: HTMLElement, tell: (sideways: boolean) => void): () => void {
  const table = box.querySelector('table');
  const observer = new ResizeObserver(() => {
    const sideways = table !== null && table.offsetWidth > box.clientWidth;
    box.toggleAttribute('data-sideways', sideways);
    if (sideways) place(box);
    tell(sideways);
  });
  observer.observe(box);
  if (table !== null) observer.observe(table);
  return () => observer.disconnect();
}

/** Tells the style sheet where the box begins in its page, and each column that stays in it. */
function place(box: HTMLElement): void {
  box.style.setProperty('--box-top', `${box.getBoundingClientRect().top + window.scrollY}px`);
  let left = box.querySelector('thead .kept-box')?.getBoundingClientRect().width ?? 0;
  for (const head of box.querySelectorAll<HTMLElement>('thead [data-kept]')) {
    box.style.setProperty(`--kept-${head.dataset['kept']}`, `${left}px`);
    left += head.getBoundingClientRect().width;
  }
  box.style.setProperty('--kept-width', `${left}px`);
}

/** As for the page, its place is there again for who comes back in the history. @returns ends it */
function keepPlace(box: HTMLElement): () => void {
  box.scrollTo(readPlace(window.history.state));
  let timer: ReturnType<typeof setTimeout> | undefined;
  const note = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      // With the state of the router in it, which draws nothing anew then.
      const state = { ...window.history.state, tablePlace: [box.scrollLeft, box.scrollTop] };
      window.history.replaceState(state, '');
    }, REST_MS);
  };
  box.addEventListener('scroll', note, { passive: true });
  return () => {
    clearTimeout(timer);
    box.removeEventListener('scroll', note);
  };
}

function readPlace(state: unknown): { left: number; top: number } {
  const place = typeof state === 'object' && state !== null && 'tablePlace' in state ? state.tablePlace : [];
  const [left, top] = Array.isArray(place) ? place : [];
  return { left: Number(left ?? 0), top: Number(top ?? 0) };
}
