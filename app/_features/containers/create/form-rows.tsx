import { Plus } from 'lucide';
import { Fragment, type ReactNode } from 'react';
import { Button } from '../../../_ui/button.tsx';

/** Rows of a section, the button that adds one, and what the image suggests to add. */
export function FormRows<Row extends { key: string }>({
  rows,
  children,
  add,
  suggestions = [],
  aside,
}: {
  rows: readonly Row[];
  children: (row: Row) => ReactNode;
  add: { label: string; onAdd: () => void };
  suggestions?: readonly { key: string; label: string; onAdd: () => void }[];
  /** Another way to add rows. */
  aside?: ReactNode;
}) {
  return (
    <>
      {rows.length > 0 && (
        <ul className="flex flex-col gap-3">
          {rows.map((row) => (
            <Fragment key={row.key}>{children(row)}</Fragment>
          ))}
        </ul>
      )}
      <div className="flex flex-wrap items-center gap-2">
        <Button size="compact" icon={Plus} onClick={add.onAdd}>
          {add.label}
        </Button>
        {aside}
        {suggestions.slice(0, 6).map(({ key, label, onAdd }) => (
          <Button key={key} size="compact" variant="ghost" onClick={onAdd}>
            {label}
          </Button>
        ))}
      </div>
    </>
  );
}
