'use client';
import { type FocusEvent, type PointerEvent, useState } from 'react';
import { type Held, holdOrder } from './row-order.ts';

const NONE: ReadonlySet<string> = new Set();

/**
 * Nothing moves under the pointer: while it, or the focus, is in the body of the table, rows keep the places they had.
 * An order that the person asked for (`orderKey`) is taken at once.
 */
export function useHeldRows<Row>(next: readonly Row[], idOf: (row: Row) => string, orderKey: string) {
  const [base, setBase] = useState<{ rows: readonly Row[]; key: string }>();
  const [inside, setInside] = useState({ pointer: false, focus: false });
  const isHeld = base !== undefined && base.key === orderKey && (inside.pointer || inside.focus);
  const held: Held<Row> = isHeld
    ? holdOrder(base.rows, next, idOf)
    : { rows: [...next], gone: NONE, waiting: 0, moved: false };

  function enter(kind: keyof typeof inside) {
    if (!isHeld) setBase({ rows: held.rows, key: orderKey });
    if (!inside[kind]) setInside({ ...inside, [kind]: true });
  }
  function leave(kind: keyof typeof inside) {
    setInside((old) => ({ ...old, [kind]: false }));
  }
  return {
    held,
    /** Takes the new order now. */
    release: () => setBase({ rows: next, key: orderKey }),
    events: {
      // A finger does not hover.
      onPointerMove: (event: PointerEvent) => event.pointerType === 'mouse' && enter('pointer'),
      onPointerLeave: () => leave('pointer'),
      onFocus: () => enter('focus'),
      onBlur: (event: FocusEvent) => !event.currentTarget.contains(event.relatedTarget) && leave('focus'),
    },
  };
}
