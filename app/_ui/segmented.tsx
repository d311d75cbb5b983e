import { cx } from '../_lib/cx.ts';

/** One of a few ways to look at the same thing, all in sight; the chosen one is filled. */
export function Segmented<Name extends string>({
  label,
  options,
  chosen,
  onChoose,
}: {
  /** For readers: what is chosen here. */
  label: string;
  options: readonly { name: Name; label: string }[];
  chosen: Name;
  onChoose: (name: Name) => void;
}) {
  return (
    <fieldset className="flex h-8 w-fit flex-none gap-px rounded-control border border-line bg-surface p-px max-md:h-11">
      <legend className="sr-only">{label}</legend>
      {options.map((option) => (
        <button
          key={option.name}
          type="button"
          aria-pressed={option.name === chosen}
          onClick={() => onChoose(option.name)}
          className={cx(
            'whitespace-nowrap rounded-[5px] px-2.5 font-medium text-table focus-visible:-outline-offset-2',
            option.name === chosen ? 'bg-selected text-fg' : 'text-muted hover:bg-hover',
          )}
        >
          {option.label}
        </button>
      ))}
    </fieldset>
  );
}
