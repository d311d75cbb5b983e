'use client';
import { useEffect, useMemo, useState } from 'react';
import { noteInAddress, useAddress } from '../../_lib/use-address.ts';
import { formatSelection, readSelection } from './selection-words.ts';

const PARAMETER = 'sel';
const NOTHING: ReadonlySet<string> = new Set();

interface Named<Row> {
  idOf: (row: Row) => string;
  /** How the address calls it: by its name, which outlives the id. */
  wordOf: (row: Row) => string;
}

/**
 * Which rows of a list are selected. The address says so too: it can be sent, and holds after a reload.
 * @param all undefined until they have come
 */
export function useSelection<Row>(all: readonly Row[] | undefined, { idOf, wordOf }: Named<Row>) {
  const { params } = useAddress();
  const [named, setNamed] = useState(() => params.get(PARAMETER) ?? undefined);
  const [selected, setSelected] = useState(NOTHING);
  if (named !== undefined && all !== undefined) {
    setNamed(undefined);
    setSelected(readSelection(named, all, { idOf, wordOf }));
  }
  const text = useMemo(() => {
    if (all === undefined || selected.size === 0) return '';
    return formatSelection(all.filter((row) => selected.has(idOf(row))).map(wordOf));
  }, [all, selected, idOf, wordOf]);
  const isRead = named === undefined;
  useEffect(() => {
    if (isRead) noteInAddress(PARAMETER, text);
  }, [isRead, text]);
  return [selected, setSelected] as const;
}
