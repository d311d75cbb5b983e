import { useLocale } from 'next-intl';
import type { ComponentProps } from 'react';
import { cx } from '../_lib/cx.ts';
import { formatExact } from '../_lib/format.ts';

/** Short words for a moment; the exact time with its zone is behind the pointer, and shown while it has the focus. */
export function ExactTime({ at, className, ...rest }: ComponentProps<'time'> & { at: Date }) {
  const exact = formatExact(at, useLocale());
  return (
    <time
      dateTime={at.toISOString()}
      title={exact}
      data-exact={exact}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what the pointer reads the keyboard reads too
      tabIndex={0}
      className={cx('exact-time rounded-chip', className)}
      {...rest}
    />
  );
}
