'use client';
import { cx } from '../../_lib/cx.ts';

/** The states of a list beside its filter field, each with how many rows it has; one is chosen at a time. */
export function FilterChips<Name extends string>({
  chips,
  chosen,
  onChoose,
}: {
  chips: readonly { name: Name; label: string; hint?: string; count: number }[];
  chosen: Name;
  onChoose: (name: Name) => void;
}) {
  return (
    <div className="flex gap-0.5 max-md:w-full max-md:overflow-x-auto">
      {chips.map(({ name, label, hint, count }) => (
        <button
          key={name}
          type="button"
          aria-pressed={name === chosen}
          title={hint}
          onClick={() => onChoose(name)}
          className={cx(
            'h-8 flex-none rounded-control px-2.5 font-medium text-table hover:bg-hover max-md:h-11',
            name === chosen ? 'bg-selected text-fg' : 'text-muted',
          )}
        >
          {label} <span className="font-normal tabular-nums">{count}</span>
        </button>
      ))}
    </div>
  );
}
