'use client';
import { Ellipsis } from 'lucide';
import { usePathname, useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { cx } from '../../_lib/cx.ts';
import { Icon } from '../../_ui/icon.tsx';
import { Link } from '../../_ui/link.tsx';
import { Menu, MenuItem, MenuLine } from '../../_ui/menu.tsx';
import { isCurrent, NAV_GROUPS } from './nav-items.ts';
import { useCan } from './use-me.ts';
import { useSignOut } from './use-sign-out.ts';

const CELL = 'relative flex flex-col items-center justify-center gap-0.5 text-caption font-medium';

const CURRENT =
  'font-semibold text-accent before:absolute before:inset-x-1/4 before:-top-px before:h-0.5 before:bg-accent';

/** Thumb-high navigation of phones. */
export function BottomBar() {
  const t = useTranslations('nav');
  const pathname = usePathname();
  const router = useRouter();
  const signOut = useSignOut();
  const can = useCan();
  const isMore = NAV_GROUPS.some(({ items }) => items.some((item) => item.wideOnly && isCurrent(item, pathname)));
  return (
    <nav
      aria-label={t('label')}
      className="fixed inset-x-0 bottom-0 z-(--z-topbar) grid h-(--bottombar-h) grid-cols-5 border-line border-t bg-surface md:hidden"
    >
      {NAV_GROUPS.flatMap((group) => group.items.filter(({ wideOnly }) => wideOnly !== true)).map((item) => {
        const current = isCurrent(item, pathname);
        return (
          <Link
            key={item.key}
            href={item.href}
            aria-current={current ? 'page' : undefined}
            className={cx(CELL, current ? CURRENT : 'text-muted')}
          >
            <Icon icon={item.icon} size={20} />
            {t(item.key)}
          </Link>
        );
      })}
      <Menu
        trigger={
          <button type="button" className={cx(CELL, isMore ? CURRENT : 'text-muted')}>
            <Icon icon={Ellipsis} size={20} />
            {t('more')}
          </button>
        }
      >
        {NAV_GROUPS.flatMap(({ items }) =>
          items
            .filter(({ wideOnly, permission }) => wideOnly === true && (permission === undefined || can(permission)))
            .map(({ key, href }) => (
              <MenuItem key={key} onSelect={() => router.push(href)}>
                {t(key)}
              </MenuItem>
            )),
        )}
        <MenuItem onSelect={() => router.push('/activity/events')}>{t('events')}</MenuItem>
        <MenuLine />
        <MenuItem onSelect={signOut}>{t('signOut')}</MenuItem>
      </Menu>
    </nav>
  );
}
