'use client';
import { type ReactNode, useEffect } from 'react';
import { cx } from '../_lib/cx.ts';
import { setPageTitle } from '../_lib/page-title.ts';

/** Title, chip, facts, buttons; then the content. Sets the document's title too. */
export function Page({
  title,
  mono = false,
  view,
  section,
  chip,
  facts,
  actions,
  full = false,
  children,
}: {
  title: string;
  /** For a name that is a reference. */
  mono?: boolean;
  /** Which of its views is shown, first in the document's title. */
  view?: string;
  /** Where the object belongs, for the document's title. */
  section?: string;
  chip?: ReactNode;
  facts?: ReactNode;
  actions?: ReactNode;
  full?: boolean;
  children: ReactNode;
}) {
  useEffect(() => {
    setPageTitle([view, title, section, 'Davit'].filter(Boolean).join(' – '));
  }, [view, title, section]);
  return (
    <div className={cx('px-(--page-pad) pt-5 pb-8 max-md:pt-3', !full && 'max-w-[1648px]')}>
      {/* On phones the buttons stand beside the title where both fit in one line, and else have the whole next one. */}
      <div className="mb-4 flex min-h-8 items-start gap-4 max-md:mb-3 max-md:flex-wrap max-md:items-center max-md:gap-x-3 max-md:gap-y-2.5">
        <div className="min-w-0 flex-1 max-md:max-w-full max-md:flex-[999_0_auto]">
          <h1 className="flex min-h-8 flex-wrap items-center gap-2.5 font-semibold text-title [overflow-wrap:anywhere]">
            {mono ? <span className="font-mono">{title}</span> : title}
            {chip}
          </h1>
          {facts !== undefined && (
            <div className="mt-0.5 flex flex-wrap gap-x-3 gap-y-0.5 text-muted text-table max-md:w-40 max-md:min-w-full">
              {facts}
            </div>
          )}
        </div>
        {actions !== undefined && (
          <div
            className={cx(
              'flex flex-none gap-2 max-md:flex-auto max-md:flex-wrap',
              // On phones the one primary button comes first and grows.
              'max-md:[&:not(:has(>.bg-accent))>:first-child]:flex-auto max-md:[&>.bg-accent]:order-first max-md:[&>.bg-accent]:flex-auto',
              // Three share a line with their menu; without one the primary has a line of its own.
              'max-md:[&:has(>:nth-child(3):not([aria-haspopup]))>:not([aria-haspopup=menu])]:grow',
              'max-md:[&:has(>:nth-child(3):not([aria-haspopup])):has(>[aria-haspopup=menu])>*]:px-2',
              // The narrowest have room for the words alone.
              'max-[340px]:[&:has(>:nth-child(3):not([aria-haspopup]))>:not([aria-haspopup=menu])>svg:not(.spin)]:hidden',
              'max-md:[&:has(>:nth-child(3):not([aria-haspopup])):not(:has(>[aria-haspopup=menu]))>.bg-accent]:basis-full',
            )}
          >
            {actions}
          </div>
        )}
      </div>
      {children}
    </div>
  );
}
