import type { ReactNode } from 'react';
import { cx } from '../_lib/cx.ts';
import { PanelBoundary } from './panel-boundary.tsx';

/** A surface with a 44 px head; cards never lie in cards. */
export function Card({
  id,
  title,
  badge,
  aside,
  children,
  className,
  flush = false,
}: {
  /** For links to it. */
  id?: string;
  title?: ReactNode;
  /** Beside the title: how many. */
  badge?: ReactNode;
  aside?: ReactNode;
  children: ReactNode;
  className?: string;
  /** Rows bring their own padding. */
  flush?: boolean;
}) {
  return (
    <section id={id} className={cx('min-w-0 rounded-card border border-line bg-surface', className)}>
      {title !== undefined && (
        <div className="flex min-h-11 items-center gap-2 border-hairline border-b px-4 max-md:px-3">
          <h2 className="font-semibold text-body">{title}</h2>
          {badge}
          {aside !== undefined && (
            <div className="ml-auto flex items-center gap-1 text-table [&>a]:inline-flex [&>a]:min-h-6 [&>a]:items-center">
              {aside}
            </div>
          )}
        </div>
      )}
      <div className={flush ? '' : 'px-4 py-3.5 max-md:p-3'}>
        <PanelBoundary>{children}</PanelBoundary>
      </div>
    </section>
  );
}

/** Term and value in two columns. */
export function Facts({ items }: { items: readonly { term: string; value: ReactNode }[] }) {
  return (
    <dl className="grid grid-cols-[max-content_minmax(0,1fr)] items-baseline gap-x-5 gap-y-[7px] text-table">
      {items.map(({ term, value }) => (
        <div key={term} className="contents">
          <dt className="text-muted">{term}</dt>
          <dd className="min-w-0 [overflow-wrap:anywhere]">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
