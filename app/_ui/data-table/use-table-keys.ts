'use client';
import { type RefObject, useEffect, useEffectEvent } from 'react';
import { isTyping } from '../../_lib/is-typing.ts';
import { areKeysOn } from '../../_lib/preferences.ts';

interface Actions {
  select: (id: string, range: boolean) => void;
  clear: () => void;
  /** Keys of the list itself, such as `l` for logs. */
  other: (key: string, id: string) => void;
}

/** Keys of a list: `j` `k` and arrows move, Home and End, `x` selects (with Shift a range), `.` opens the row's menu, `/` filters. */
export function useTableKeys(body: RefObject<HTMLElement | null>, actions: Actions): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target)) return;
    if (document.querySelector('[role="dialog"]') !== null || !areKeysOn()) return;
    if (event.key === '/') {
      document.querySelector<HTMLElement>('[data-filter-field]')?.focus();
      return event.preventDefault();
    }
    if (event.key === 'Escape') return actions.clear();
    const row = document.activeElement?.closest<HTMLElement>('[data-row-id]') ?? undefined;
    const here = row !== undefined && body.current?.contains(row) ? row : undefined;
    const links = [...(body.current?.querySelectorAll<HTMLElement>('[data-row-link]') ?? [])];
    const target = here === undefined ? first(links, event.key) : next(links, here, event.key);
    if (target !== undefined) {
      target.focus();
      return event.preventDefault();
    }
    const id = here?.dataset['rowId'];
    if (here === undefined || id === undefined) return;
    if (event.key === 'x' || event.key === 'X') actions.select(id, event.shiftKey);
    else if (event.key === '.') openMenu(here);
    else actions.other(event.key, id);
  });
  useEffect(() => {
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

/** Who comes to a row with the focus is told its exact times too, each after the head of its column: they are no stops themselves. */
export function describeTimes(link: Element): void {
  if (!link.matches('[data-row-link]')) return;
  const heads = link.closest('table')?.tHead?.rows[0]?.cells;
  const times = link.closest('tr')?.querySelectorAll<HTMLElement>('[data-exact]') ?? [];
  const told = Array.from(times, (time) => {
    const head = heads?.[time.closest('td')?.cellIndex ?? -1];
    return `${head?.textContent ?? ''} ${time.dataset['exact']}`.trim();
  });
  link.setAttribute('aria-description', told.join(', '));
}

function first(links: HTMLElement[], key: string): HTMLElement | undefined {
  return key === 'j' ? links[0] : key === 'k' ? links.at(-1) : undefined;
}

function next(links: HTMLElement[], row: HTMLElement, key: string): HTMLElement | undefined {
  const at = links.findIndex((link) => row.contains(link));
  switch (key) {
    case 'j':
    case 'ArrowDown':
      return links[at + 1];
    case 'k':
    case 'ArrowUp':
      return links[at - 1];
    case 'Home':
      return links[0];
    case 'End':
      return links.at(-1);
    default:
      return undefined;
  }
}

/** The menu opens as by its own key. */
function openMenu(row: HTMLElement): void {
  const button = row.querySelector<HTMLElement>('[aria-haspopup="menu"]');
  button?.focus();
  button?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
}
