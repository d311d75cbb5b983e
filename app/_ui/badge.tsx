import { cx } from '../_lib/cx.ts';

/** A number beside a title or a tab. */
export function Badge({ count, bad = false }: { count: number; bad?: boolean }) {
  return (
    <span
      className={cx(
        'inline-flex h-[18px] min-w-[18px] items-center justify-center rounded-full px-[5px] font-semibold text-caption tabular-nums',
        bad ? 'bg-danger-soft text-danger' : 'bg-neutral-soft text-muted',
      )}
    >
      {count}
    </span>
  );
}
