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

const SECTIONS = [
  'containers',
  'terminals',
  'no-access',
  'images',
  'networks',
  'ports',
  'volumes',
  'host',
  'activity',
  'admin',
  'users',
  'account',
  'shortcuts',
  'operations',
  'events',
  'new',
  'import',
  'load',
  'logs',
  'terminal',
  'config',
  'processes',
  'stats',
  'network',
  'storage',
  'duplicate',
  'edit',
  'layers',
  'used-by',
  'raw',
] as const;

/** Parts of addresses without a page of their own. */
const SECTION_HOMES: Readonly<Record<string, string>> = { activity: '/activity/operations', admin: '/admin/users' };

/** Forms that open over their lists, whose pages they are. */
const OVER_LISTS = /^\/(networks|volumes)\/new$/;

/** No name of an object is as long; an address may be. */
const LONG = 128;

/** Digests and ids of operations as they are printed elsewhere; names as they are. */
function shortPart(part: string): string {
  const digest = /^(?:sha256:)?([0-9a-f]{12})[0-9a-f]{52}$/.exec(part)?.[1];
  const operation = /^([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.exec(part)?.[1];
  return digest ?? operation ?? (part.length > LONG ? `${part.slice(0, LONG)}…` : part);
}

function Breadcrumb() {
  const t = useTranslations('nav');
  const ui = useTranslations('ui');
  const path = usePathname().replace(OVER_LISTS, '/$1');
  const parts = path.split('/').filter(Boolean).map(decodeURIComponent);
  const hrefOf = (index: number) => {
    const upTo = parts.slice(0, index + 1).map(encodeURIComponent);
    return SECTION_HOMES[parts[index] ?? ''] ?? `/${upTo.join('/')}`;
  };
  const label = (part: string, index: number) => {
    // The second part of /containers/x is a name, even when somebody called a container "logs".
    const isName =
      index === 1 &&
      ((['networks', 'volumes'].includes(parts[0] ?? '') && part !== 'ports') ||
        (['containers', 'images'].includes(parts[0] ?? '') && !['new', 'import', 'load'].includes(part)));
    const section = SECTIONS.find((name) => name === part);
    return section === undefined || isName ? shortPart(part) : t(section);
  };
  const above = parts.length - 2;
  const upper = parts[above];
  // A part without a page of its own may lead to this one.
  const parent =
    upper === undefined || hrefOf(above) === `/${parts.join('/')}`
      ? undefined
      : { href: hrefOf(above), name: label(upper, above) };
  return (
    <nav aria-label={t('breadcrumb')} className="flex min-w-0 items-center gap-1.5 text-table max-md:-ml-2">
      <span className="flex flex-none items-center text-accent md:hidden">
        <Link href="/" aria-label={t('brand')} className="flex h-11 w-9 items-center justify-center">
          <Mark className="size-[22px]" />
        </Link>
        {parent !== undefined && (
          <Link
            href={parent.href}
            aria-label={ui('back', { name: parent.name })}
            className="flex h-11 w-7 items-center justify-center text-muted"
          >
            <Icon icon={ChevronLeft} />
          </Link>
        )}
      </span>
      <ol className="flex min-w-0 items-center gap-1.5 whitespace-nowrap text-muted">
        {parts.length === 0 && (
          <li aria-current="page" className="font-medium text-fg">
            {t('home')}
          </li>
        )}
        {parts.map((part, index) => {
          const href = hrefOf(index);
          const last = index === parts.length - 1;
          return (
            <li
              key={`/${parts.slice(0, index + 1).join('/')}`}
              className={cx('flex min-w-0 items-center gap-1.5', !last && 'max-md:hidden')}
            >
              {index > 0 && (
                <span aria-hidden="true" className="text-faint max-md:hidden">
                  {'/'}
                </span>
              )}
              {last ? (
                <span aria-current="page" className="truncate font-medium text-fg">
                  {label(part, index)}
                </span>
              ) : (
                <Link href={href} className="truncate hover:underline">
                  {label(part, index)}
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
