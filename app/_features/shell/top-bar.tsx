'use client';
import { ChevronLeft, Link2 } from 'lucide';
import { usePathname, useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { copyText } from '../../_lib/clipboard.ts';
import { cx } from '../../_lib/cx.ts';
import { useConnection } from '../../_lib/socket.ts';
import { Icon } from '../../_ui/icon.tsx';
import { IconButton } from '../../_ui/icon-button.tsx';
import { Link } from '../../_ui/link.tsx';
import { Mark } from '../../_ui/mark.tsx';
import { Menu, MenuItem, MenuLine } from '../../_ui/menu.tsx';
import { toast } from '../../_ui/toast.ts';
import { type Crumb, toCrumbs } from './crumbs.ts';
import { OperationsTray } from './operations-tray.tsx';
import { LanguageSwitch, ThemeSwitch } from './preference-menus.tsx';
import { useMe } from './use-me.ts';
import { useSignOut } from './use-sign-out.ts';

export function TopBar() {
  return (
    <header
      data-shell
      className="sticky top-0 z-(--z-topbar) flex h-(--topbar-h) items-center gap-2 border-line border-b bg-canvas pr-4 pl-(--page-pad) max-md:gap-0 max-md:pr-1"
    >
      <Breadcrumb />
      <div className="ml-auto flex items-center gap-1">
        <OperationsTray />
        <ConnectionDot />
        <div className="max-sm:hidden">
          <LanguageSwitch />
        </div>
        <div className="max-sm:hidden">
          <ThemeSwitch />
        </div>
        <UserMenu />
      </div>
    </header>
  );
}

function Breadcrumb() {
  const t = useTranslations('nav');
  const ui = useTranslations('ui');
  const path = usePathname();
  const crumbs = toCrumbs(path);
  const label = (crumb: Crumb) => ('section' in crumb ? t(crumb.section) : crumb.name);
  const upper = crumbs.at(-2);
  // A part without a page of its own may lead to this one.
  const parent = upper === undefined || upper.href === path ? undefined : upper;
  return (
    <nav aria-label={t('breadcrumb')} className="flex min-w-0 items-center gap-1.5 text-table max-md:-ml-2">
      <span className="flex flex-none items-center text-accent md:hidden">
        <Link href="/" aria-label={t('brand')} className="flex h-11 w-9 items-center justify-center">
          <Mark className="size-[22px]" />
        </Link>
        {parent !== undefined && (
          <Link
            href={parent.href}
            aria-label={ui('back', { name: label(parent) })}
            className="flex h-11 w-7 items-center justify-center text-muted"
          >
            <Icon icon={ChevronLeft} />
          </Link>
        )}
      </span>
      <ol className="flex min-w-0 items-center gap-1.5 whitespace-nowrap text-muted">
        {crumbs.length === 0 && (
          <li aria-current="page" className="font-medium text-fg">
            {t('home')}
          </li>
        )}
        {crumbs.map((crumb, index) => {
          const last = index === crumbs.length - 1;
          return (
            <li
              // biome-ignore lint/suspicious/noArrayIndexKey: two of them may lead to the same page
              key={index}
              className={cx('flex min-w-0 items-center gap-1.5', !last && 'max-md:hidden')}
            >
              {index > 0 && (
                <span aria-hidden="true" className="text-faint max-md:hidden">
                  {'/'}
                </span>
              )}
              {last ? (
                <span aria-current="page" className="truncate font-medium text-fg">
                  {label(crumb)}
                </span>
              ) : (
                <Link href={crumb.href} className="truncate hover:underline">
                  {label(crumb)}
                </Link>
              )}
            </li>
          );
        })}
      </ol>
      <span className="max-md:hidden">
        <IconButton
          icon={Link2}
          label={t('copyLink')}
          onClick={() => void copyText(window.location.href).then((done) => done && toast.success(ui('copied')))}
        />
      </span>
    </nav>
  );
}

const DOTS = { live: 'bg-success', connecting: 'bg-faint', lost: 'bg-warning' } as const;

function ConnectionDot() {
  const t = useTranslations('connection');
  const { state } = useConnection();
  return (
    <span role="status" className="inline-flex h-8 items-center gap-1.5 px-2 text-caption text-muted">
      <span className={cx('size-2 rounded-full', DOTS[state])} aria-hidden="true" />
      <span className="max-md:sr-only">{t(state)}</span>
    </span>
  );
}

function UserMenu() {
  const t = useTranslations('nav');
  const signOut = useSignOut();
  const router = useRouter();
  const me = useMe();
  const name = me?.name ?? '';
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label={t('userMenu', { name })}
          className="flex size-8 items-center justify-center rounded-full -outline-offset-2 max-md:size-11"
        >
          <span className="flex size-6 items-center justify-center rounded-full bg-accent-soft font-semibold text-accent text-caption">
            {[...name][0]?.toUpperCase()}
          </span>
        </button>
      }
    >
      <p className="max-w-64 px-2 py-1.5 font-medium [overflow-wrap:anywhere]">
        <bdi>{name}</bdi>
      </p>
      <MenuLine />
      <MenuItem onSelect={() => router.push('/account')}>{t('account')}</MenuItem>
      <MenuItem onSelect={() => router.push('/shortcuts')}>{t('shortcuts')}</MenuItem>
      <MenuLine />
      <MenuItem onSelect={signOut}>{t('signOut')}</MenuItem>
    </Menu>
  );
}
