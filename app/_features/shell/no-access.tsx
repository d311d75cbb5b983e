'use client';
import { useQuery } from '@tanstack/react-query';
import { ChevronLeft, Lock } from 'lucide';
import { useSearchParams } from 'next/navigation';
import { useLocale, useTranslations } from 'next-intl';
import { useTRPC } from '../../_lib/trpc.ts';
import { LinkButton } from '../../_ui/button.tsx';
import { Page } from '../../_ui/page.tsx';
import { Empty } from '../../_ui/states.tsx';
import { useMe } from './use-me.ts';

/** Where one came from, or could: an object, a list. */
interface Back {
  href: string;
  name: string;
  isObject?: boolean;
}

/** Which right is missing on what, who can give it, and a way back. For objects whose existence the user may know. */
export function NoAccess({
  permission,
  object,
  back,
}: {
  /** Absent when whoever led here did not say. */
  permission: string | undefined;
  object?: string | undefined;
  /** Home without it. */
  back?: Back | undefined;
}) {
  const t = useTranslations('noAccess');
  const ui = useTranslations('ui');
  const nav = useTranslations('nav');
  const { href, name, isObject = false }: Back = back ?? { href: '/', name: nav('home') };
  return (
    <div className="rounded-card border border-line bg-surface">
      <Empty
        icon={Lock}
        title={
          permission === undefined
            ? t('missing')
            : object === undefined
              ? t('missingRight', { permission })
              : t('missingRightOn', { permission, object })
        }
        text={useGrantors(permission)}
      >
        <LinkButton href={href} icon={ChevronLeft} className="max-w-full">
          <span className="truncate">{isObject ? t('backTo', { name }) : ui('back', { name })}</span>
        </LinkButton>
      </Empty>
    </div>
  );
}

/** One's own role, and by name who can give another one. */
function useGrantors(permission: string | undefined): string | undefined {
  const t = useTranslations('noAccess');
  const roles = useTranslations('users.roles');
  const locale = useLocale();
  const me = useMe();
  const { data, isError } = useQuery(useTRPC().users.grantors.queryOptions({ permission }));
  if (me === undefined || (data === undefined && !isError)) return undefined;
  const role = roles(me.role);
  if (data === undefined || data.length === 0) return t('askOwner', { role });
  return t('ask', { role, names: toEitherOf(data, locale) });
}

/** "anna or tomas"; between Chinese and names there is a space. */
function toEitherOf(names: readonly string[], locale: string): string {
  const parts = new Intl.ListFormat(locale, { type: 'disjunction' }).formatToParts(names);
  return parts.map(({ type, value }) => (type === 'literal' ? value.replace(/^或$/, ' 或 ') : value)).join('');
}

/** A permission is two words with a colon; anything else in the address is not shown. */
const PERMISSION = /^[a-z]+:[a-z-]+$/;
/** Kinds of objects with a list of their own. */
const LISTS = ['container', 'image', 'network', 'volume'] as const;

/** The same at an address, for what leads here from elsewhere: `?permission=container:exec&object=web`. */
export function NoAccessPage() {
  const t = useTranslations('noAccess');
  const nav = useTranslations('nav');
  const params = useSearchParams();
  const asked = params.get('permission') ?? '';
  const permission = PERMISSION.test(asked) ? asked : undefined;
  const object = params.get('object')?.slice(0, 255) || undefined;
  const kind = LISTS.find((name) => name === permission?.split(':')[0]);
  const list = kind && (`${kind}s` as const);
  const back =
    list &&
    (object === undefined
      ? { href: `/${list}`, name: nav(list) }
      : { href: `/${list}/${encodeURIComponent(object)}`, name: object, isObject: true });
  return (
    <Page title={t('title')}>
      <NoAccess permission={permission} object={object} back={back} />
    </Page>
  );
}
