import { useTranslations } from 'next-intl';
import { cx } from '../../_lib/cx.ts';

/** How full a network is: a bar, and the two numbers; above 75 and 90 percent the bar says so. */
export function AddressUse({ used, total }: { used: number; total: number }) {
  const t = useTranslations('networks');
  const part = total === 0 ? 1 : used / total;
  const tone = part > 0.9 ? 'bg-danger' : part > 0.75 ? 'bg-warning' : 'bg-series-1';
  return (
    <span className="flex items-center gap-2 whitespace-nowrap tabular-nums">
      <span aria-hidden="true" className="h-1 w-11 flex-none overflow-hidden rounded-full bg-neutral-soft">
        <span className={cx('block h-full', tone)} style={{ width: `${Math.min(part, 1) * 100}%` }} />
      </span>
      {t('usedOf', { used, total })}
    </span>
  );
}
