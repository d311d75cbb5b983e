'use client';
import { useQuery } from '@tanstack/react-query';
import { UserPlus, Users } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { type UserSummary, useTRPC } from '../../_lib/trpc.ts';
import { Button } from '../../_ui/button.tsx';
import { ColumnMenu, DataTable, FilterChips, FilterField, useTableAddress } from '../../_ui/data-table/index.ts';
import { Page } from '../../_ui/page.tsx';
import { Empty, ErrorNote, SkeletonRows } from '../../_ui/states.tsx';
import { NoAccess } from '../shell/no-access.tsx';
import { useCan, useMe } from '../shell/use-me.ts';
import { InviteDialog } from './invite-dialog.tsx';
import { UserActions, type UserVerb } from './user-actions.tsx';
import { useUserColumns } from './user-columns.tsx';
import { UserDialog } from './user-dialog.tsx';
import { filterUsers, isRolePiece, stateOf, USER_FILTERS } from './user-list.ts';

const NOTHING: UserSummary[] = [];
const BY_NAME = { id: 'name', desc: false };

/** Who may sign in here, as what, and where they are signed in now. */
export function UsersPage() {
  const t = useTranslations('users');
  const me = useMe();
  const can = useCan();
  if (me !== undefined && !can('user:manage')) {
    return (
      <Page title={t('title')}>
        <NoAccess permission="user:manage" />
      </Page>
    );
  }
  return <UserTable allowed={me !== undefined} />;
}

function UserTable({ allowed }: { allowed: boolean }) {
  const t = useTranslations('users');
  const ui = useTranslations('ui');
  const [asked, setAsked] = useState<{ name: string; verb: UserVerb }>();
  const [inviting, setInviting] = useState(false);
  const [openSessions] = useState(() => (user: UserSummary) => setAsked({ name: user.name, verb: 'sessions' }));
  const columns = useUserColumns(openSessions);
  const address = useTableAddress('users', columns, BY_NAME);
  const {
    data = NOTHING,
    error,
    isPending,
    refetch,
  } = useQuery(useTRPC().users.list.queryOptions({}, { enabled: allowed }));
  const filter = USER_FILTERS.find((name) => name === address.get('state')) ?? 'all';
  const rows = filterUsers(data, { query: address.query, filter });
  const user = data.find(({ name }) => name === asked?.name);
  const signedIn = data.filter(({ sessions }) => sessions > 0).length;
  return (
    <Page
      title={t('title')}
      facts={
        data.length > 0 && (
          <>
            <span>{t('total', { count: data.length })}</span>
            <span>{t('totalSignedIn', { count: signedIn })}</span>
          </>
        )
      }
      actions={
        <Button variant="primary" icon={UserPlus} onClick={() => setInviting(true)}>
          {t('invite')}
        </Button>
      }
    >
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <div className="w-[340px] max-md:w-full">
          <FilterField
            label={t('filter')}
            value={address.query}
            isPiece={isRolePiece}
            onChange={(q) => address.set({ q })}
          />
        </div>
        <FilterChips
          chips={USER_FILTERS.map((name) => ({
            name,
            label: name === 'all' ? t('all') : t(`states.${name}`),
            hint: name === 'all' ? t('allHint') : t(`stateHints.${name}`),
            count: data.filter((one) => name === 'all' || stateOf(one) === name).length,
          }))}
          chosen={filter}
          onChoose={(name) => address.set({ state: name === 'all' ? '' : name })}
        />
        <div className="ml-auto max-md:hidden">
          <ColumnMenu columns={columns} shown={address.shown} onChange={address.setShown} />
        </div>
      </div>
      {isPending && <SkeletonRows rows={4} className="rounded-card border border-line bg-surface" />}
      {error !== null && data.length === 0 && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {data.length > 0 && rows.length === 0 && (
        <div className="rounded-card border border-line bg-surface">
          <Empty icon={Users} title={ui('noMatch')}>
            <Button onClick={() => address.set({ q: '', state: '' })}>{ui('clearFilters')}</Button>
          </Empty>
        </div>
      )}
      {rows.length > 0 && (
        <DataTable
          label={t('title')}
          rows={rows}
          columns={columns}
          address={address}
          orderKey={filter}
          idOf={(one) => one.id}
          nameOf={(one) => one.name}
          versionOf={(one) => `${one.role} ${stateOf(one)} ${one.sessions}`}
          actions={(one) => (
            <UserActions user={one} users={data} onVerb={(verb) => setAsked({ name: one.name, verb })} />
          )}
        />
      )}
      {inviting && <InviteDialog users={data} onClose={() => setInviting(false)} />}
      {asked !== undefined && user !== undefined && (
        <UserDialog key={asked.verb} user={user} verb={asked.verb} onClose={() => setAsked(undefined)} />
      )}
    </Page>
  );
}
