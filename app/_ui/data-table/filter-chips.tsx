'use client';
import type { IconNode } from 'lucide';
import { cx } from '../../_lib/cx.ts';
import { Icon } from '../icon.tsx';

export interface FilterChip<Name extends string> {
  name: Name;
  label: string;
  hint?: string;
  count: number;
  /** Of a state that somebody should look at; in the colour of danger while a row has it. */
  icon?: IconNode | undefined;
}

/** The states of a list beside its filter field, each with how many rows it has once that is known; one is chosen at a time. */
export function FilterChips<Name extends string>({
  chips,
  known,
  chosen,
  onChoose,
}: {
  chips: readonly FilterChip<Name>[];
  /** Whether the rows have come: none yet, or none because of an error, is not zero. */
  known: boolean;
  chosen: Name;
  onChoose: (name: Name) => void;
}) {
  return (
    <div className="flex gap-0.5 max-md:w-full max-md:overflow-x-auto">
      {chips.map(({ name, label, hint, count, icon }) => (
        <button
          key={name}
          type="button"
          aria-pressed={name === chosen}
          title={hint}
          onClick={() => onChoose(name)}
          className={cx(
            'flex h-8 flex-none items-center gap-1.5 rounded-control px-2.5 font-medium text-table hover:bg-hover max-md:h-11',
            name === chosen ? 'bg-selected text-fg' : 'text-muted',
          )}
        >
          {icon !== undefined && <Icon icon={icon} size={14} className={known && count > 0 ? 'text-danger' : ''} />}
          {label} {known && <span className="font-normal tabular-nums">{count}</span>}
        </button>
      ))}
    </div>
  );
}
