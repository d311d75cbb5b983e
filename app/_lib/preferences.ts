import { useMemo, useSyncExternalStore } from 'react';
import { KEPT } from './first-paint.ts';
import { createStore } from './store.ts';
import { isZone, setShownZone } from './time-zone.ts';
import type { Preferences } from './trpc.ts';

/** Language and theme are not here: the page is made in the one, and the other is kept by itself. */
type Kept = Omit<Preferences, 'locale' | 'theme'>;

const NOTHING: Kept = {};

const kept = createStore<Kept>(() => adopt(JSON.parse(localStorage.getItem(KEPT) ?? '{}')));

let keep: ((change: Preferences) => Promise<unknown>) | undefined;

function adopt(next: Kept): Kept {
  setShownZone(toZone(next.zone));
  return next;
}

/** Undefined for that of the browser; another browser may have known more names. */
function toZone(name: string | undefined): string | undefined {
  return name !== undefined && isZone(name) ? name : undefined;
}

function hold(next: Kept): void {
  localStorage.setItem(KEPT, JSON.stringify(next));
  kept.set(adopt(next));
}

/** Who keeps the choices of the person who is signed in; without one they stay in this browser. */
export function setPreferenceKeeper(keeper: typeof keep): void {
  keep = keeper;
}

/** Here at once, in the account a moment later: then it holds in every browser. */
export async function choose(change: Preferences): Promise<void> {
  const { locale: _locale, theme: _theme, ...rest } = change;
  if (Object.keys(rest).length > 0) hold({ ...kept.get(), ...rest });
  await keep?.(change);
}

/** What the account says holds here from now on. */
export function followAccount({ locale: _locale, theme: _theme, ...rest }: Preferences): void {
  if (JSON.stringify(rest) !== JSON.stringify(kept.get())) hold(rest);
}

function usePreference<Name extends keyof Kept>(name: Name): Kept[Name] {
  return useSyncExternalStore(
    kept.subscribe,
    () => kept.get()[name],
    () => NOTHING[name],
  );
}

/** Whether single letters do something; people whose speech or switches make letters turn them off. */
export function useKeysOn(): boolean {
  return usePreference('keys') ?? true;
}

/** The same at the moment of a key. */
export function areKeysOn(): boolean {
  return kept.get().keys ?? true;
}

/** How high the rows of lists are. */
export function useDensity(): 'comfortable' | 'compact' {
  return usePreference('density') ?? 'comfortable';
}

/** Whether the navigation is a rail; the server, which draws the page first, is told what the account says. */
export function useRail(told: boolean): boolean {
  return useSyncExternalStore(
    kept.subscribe,
    () => kept.get().rail ?? false,
    () => told,
  );
}

export function toggleRail(): void {
  void choose({ rail: kept.get().rail !== true });
}

/** In what rates of networks are told. */
export function useNetworkUnit(): 'byte' | 'bit' {
  return usePreference('networkRates') ?? 'byte';
}

/** In what sizes of images are told. */
export function useImageUnit(): 'binary' | 'decimal' {
  return usePreference('imageSizes') ?? 'binary';
}

/** The zone of every moment on every page; undefined is that of the browser. */
export function useZone(): string | undefined {
  return toZone(usePreference('zone'));
}

/** The columns of a list, as they stand in its address; null where none were chosen. */
export function useColumns(table: string): string | null {
  return usePreference('columns')?.[table] ?? null;
}

/** Without a text the list has the columns of its start again. */
export function chooseColumns(table: string, text: string): void {
  const { [table]: _before, ...others } = kept.get().columns ?? {};
  void choose({ columns: text === '' ? others : { ...others, [table]: text } });
}

export type TerminalChoices = Required<NonNullable<Kept['terminal']>>;

const TERMINAL: TerminalChoices = {
  scrollbackLines: 10_000,
  keepMinutes: 30,
  askPaste: true,
  screenReader: false,
  leaveKey: 'Ctrl+F6',
};

/** How terminals behave. */
export function useTerminalChoices(): TerminalChoices {
  const chosen = usePreference('terminal');
  return useMemo(() => ({ ...TERMINAL, ...chosen }), [chosen]);
}

/** The same at the moment of a key or a paste. */
export function terminalChoices(): TerminalChoices {
  return { ...TERMINAL, ...kept.get().terminal };
}

export function chooseForTerminals(change: Partial<TerminalChoices>): void {
  void choose({ terminal: { ...kept.get().terminal, ...change } });
}

const NONE: readonly string[] = [];

/** Occurrences of problems that were put aside. */
export function useDismissed(): readonly string[] {
  return usePreference('dismissed') ?? NONE;
}

const MOST_DISMISSED = 100;

/** The others that were put aside are shown when they come again. */
export function keepDismissed(keys: readonly string[]): void {
  void choose({ dismissed: [...keys] });
}

export function dismiss(key: string): void {
  const before = (kept.get().dismissed ?? []).filter((one) => one !== key);
  keepDismissed([...before, key].slice(-MOST_DISMISSED));
}
