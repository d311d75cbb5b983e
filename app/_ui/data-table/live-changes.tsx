'use client';
import { useEffect, useRef, useState } from 'react';
import { ChangeTeller } from './change-teller.ts';

interface Props<Row> {
  rows: readonly Row[];
  selected: ReadonlySet<string>;
  idOf: (row: Row) => string;
  /** What a person would call its state, with its name. */
  sayOf: (row: Row) => string;
}

/** Reads out what changes by itself of the rows that are selected or have the focus. */
export function LiveChanges<Row>({ rows, selected, idOf, sayOf }: Props<Row>) {
  const [said, setSaid] = useState<readonly string[]>([]);
  const teller = useRef<ChangeTeller>(undefined);
  useEffect(() => {
    const made = new ChangeTeller(setSaid);
    teller.current = made;
    return () => made[Symbol.dispose]();
  }, []);
  useEffect(() => {
    const focused = document.activeElement?.closest<HTMLElement>('[data-row-id]')?.dataset['rowId'];
    const texts = new Map(rows.map((row) => [idOf(row), sayOf(row)]));
    teller.current?.see(texts, (id) => selected.has(id) || id === focused);
  });
  return (
    <p aria-live="polite" className="sr-only">
      {said.join(', ')}
    </p>
  );
}
