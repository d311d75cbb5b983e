import { useLocale } from 'next-intl';
import { type ComponentProps, createContext, use } from 'react';
import { cx } from '../_lib/cx.ts';
import { formatExact } from '../_lib/format.ts';

/** In a row of a table, which tells its exact times itself. */
export const InRow = createContext(false);

/**
 * Short words for a moment; the exact time with its zone is behind the pointer, and shown while it has the focus. In a list that the
 * keyboard goes through by rows it is no stop, and shown while its row has the focus.
 */
export function ExactTime({ at, className, ...rest }: ComponentProps<'time'> & { at: Date }) {
  const exact = formatExact(at, useLocale());
  return (
    <time
      dateTime={at.toISOString()}
      title={exact}
      data-exact={exact}
      tabIndex={use(InRow) ? undefined : 0}
      className={cx('exact-time rounded-chip', className)}
      {...rest}
    />
  );
}
