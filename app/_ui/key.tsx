import { cx } from '../_lib/cx.ts';

/** A key beside the control that it stands for; readers are told by `aria-keyshortcuts` there. */
export function Key({ children, className }: { children: string; className?: string }) {
  return (
    <span aria-hidden="true" className={cx('inline-flex', className)}>
      <kbd className="inline-flex h-5 min-w-5 items-center justify-center rounded-chip border border-line border-b-2 bg-surface px-[5px] font-medium text-caption text-muted">
        {children}
      </kbd>
    </span>
  );
}
