'use client';
import { PanelLeftClose, PanelLeftOpen, TriangleAlert } from 'lucide';
import { usePathname } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { cx } from '../../_lib/cx.ts';
import { Icon } from '../../_ui/icon.tsx';
import { IconButton } from '../../_ui/icon-button.tsx';
import { Link } from '../../_ui/link.tsx';
import { Wordmark } from '../../_ui/mark.tsx';
import { isCurrent, NAV_GROUPS, type NavItem } from './nav-items.ts';
import { useCan, useVersion } from './use-me.ts';
import { useProblemCount } from './use-problem-count.ts';

export function Navigation({ collapsed, onToggle }: { collapsed: boolean; onToggle: () => void }) {
  const t = useTranslations('nav');
  const pathname = usePathname();
  const problems = useProblemCount();
  const can = useCan();
  const version = useVersion();
  // A group without an item for this person is absent too.
  const groups = NAV_GROUPS.map(({ key, items }) => ({
    key,
    items: items.filter(({ permission }) => permission === undefined || can(permission)),
  })).filter(({ items }) => items.length > 0);
  const wide = collapsed ? 'hidden' : 'max-lg:hidden';
  return (
    <nav
      aria-label={t('label')}
      className="sticky top-0 flex h-screen flex-col border-line border-r bg-canvas max-md:hidden"
    >
      <Link
        href="/"
        className="flex h-(--topbar-h) flex-none items-center px-[18px] text-accent focus-visible:-outline-offset-4"
      >
        {/* On the rail only the mark is seen, not the word behind it. */}
        <span className={cx('overflow-hidden', collapsed ? 'w-5' : 'w-[70px] max-lg:w-5')}>
          <Wordmark className="h-[19px] w-[70px]" label={t('home')} />
        </span>
      </Link>
      <div className="flex-1 overflow-auto px-2.5 pt-1 pb-3">
        {groups.map((group) => (
          <div key={group.key}>
            <p className={cx('px-2 pt-2.5 pb-1 font-medium text-caption text-faint', wide)}>{t(group.key)}</p>
            <ul>
              {group.items.map((item) => (
                <li key={item.key}>
                  <NavLink
                    item={item}
                    current={isCurrent(item, pathname)}
                    collapsed={collapsed}
                    wide={wide}
                    problems={problems}
                  />
                </li>
              ))}
            </ul>
          </div>
        ))}
      </div>
      <div className="flex h-11 flex-none items-center justify-between border-line border-t px-3 max-lg:hidden">
        <span className={cx('truncate px-1.5 text-caption text-muted tabular-nums', collapsed && 'hidden')}>
          {version !== undefined && t('version', { version })}
        </span>
        <IconButton
          icon={collapsed ? PanelLeftOpen : PanelLeftClose}
          label={t(collapsed ? 'expand' : 'collapse')}
          onClick={onToggle}
        />
      </div>
    </nav>
  );
}

function NavLink({
  item,
  current,
  collapsed,
  wide,
  problems,
}: {
  item: NavItem;
  current: boolean;
  collapsed: boolean;
  wide: string;
  problems: number;
}) {
  const t = useTranslations('nav');
  const hot = item.key === 'containers' && problems > 0;
  return (
    <Link
      href={item.href}
      aria-current={current ? 'page' : undefined}
      title={t(item.key)}
      className={cx(
        'relative flex h-[30px] items-center gap-2.5 rounded-control px-2 font-medium text-table',
        current
          ? 'bg-selected font-semibold text-fg before:absolute before:inset-y-1.5 before:-left-2.5 before:w-[3px] before:rounded-r-[2px] before:bg-accent [&>svg]:text-accent'
          : 'text-muted hover:bg-hover hover:text-fg',
      )}
    >
      <Icon icon={item.icon} />
      <span className={collapsed ? 'sr-only' : 'max-lg:sr-only'}>{t(item.key)}</span>
      {hot && (
        <span
          className={cx('ml-auto flex items-center gap-1 font-semibold text-caption text-danger tabular-nums', wide)}
        >
          <span role="img" aria-label={t('problems', { count: problems })}>
            <Icon icon={TriangleAlert} size={14} />
          </span>
          {problems}
        </span>
      )}
    </Link>
  );
}
