'use client';
import { usePathname } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { cx } from '../../_lib/cx.ts';
import { Link } from '../../_ui/link.tsx';

const TABS = [
  { key: 'operations', href: '/activity/operations' },
  { key: 'events', href: '/activity/events' },
] as const;

/** The views of what goes on and went on. */
export function ActivityTabs() {
  const t = useTranslations('nav');
  const pathname = usePathname();
  return (
    <nav aria-label={t('activity')} className="mb-4 flex gap-1 overflow-x-auto border-line border-b">
      {TABS.map(({ key, href }) => (
        <Link
          key={key}
          href={href}
          aria-current={pathname === href ? 'page' : undefined}
          className={cx(
            'flex h-[38px] items-center px-2.5 text-table focus-visible:-outline-offset-4',
            pathname === href
              ? 'border-accent border-b-2 font-semibold text-fg'
              : 'font-medium text-muted hover:text-fg',
          )}
        >
          {t(key)}
        </Link>
      ))}
    </nav>
  );
}
