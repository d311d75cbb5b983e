'use client';
import { useQuery } from '@tanstack/react-query';
import { UserPlus, Users } from 'lucide';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { lazyPart } from '../../_lib/lazy-part.tsx';
import { type UserSummary, useTRPC } from '../../_lib/trpc.ts';
import { Button } from '../../_ui/button.tsx';
import { DataTable, ListFrame, useList } from '../../_ui/data-table/index.ts';
import { Page } from '../../_ui/page.tsx';
import { NoAccess } from '../shell/no-access.tsx';
import { useCan, useMe } from '../shell/use-me.ts';
import { UserActions, type UserVerb } from './user-actions.tsx';
import { useUserColumns } from './user-columns.tsx';
import { filterUsers, isRolePiece, matchesUser, stateOf, USER_FILTERS } from './user-list.ts';

const InviteDialog = lazyPart(() => import('./invite-dialog.tsx').then((module) => module.InviteDialog));
const UserDialog = lazyPart(() => import('./user-dialog.tsx').then((module) => module.UserDialog));

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
  const [asked, setAsked] = useState<{ name: string; verb: UserVerb }>();
  const [inviting, setInviting] = useState(false);
  const [openSessions] = useState(() => (user: UserSummary) => setAsked({ name: user.name, verb: 'sessions' }));
  const columns = useUserColumns(openSessions);
  const query = useQuery(useTRPC().users.list.queryOptions({}, { enabled: allowed }));
  const { data = NOTHING } = query;
  const list = useList({
    id: 'users',
    columns,
    start: BY_NAME,
    all: data,
    filters: USER_FILTERS,
    matches: matchesUser,
    select: filterUsers,
    chip: (name) => ({ label: t(`filters.${name}`), hint: name === 'all' ? t('allHint') : t(`stateHints.${name}`) }),
  });
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
      <ListFrame
        {...list.frame}
        query={query}
        filterLabel={t('filter')}
        isPiece={isRolePiece}
        empty={{
          icon: Users,
          title: t('empty'),
          text: t('allHint'),
          command: './davit admin create-user NAME --role viewer --password-stdin',
        }}
      >
        <DataTable
          {...list.table}
          label={t('title')}
          idOf={(one) => one.id}
          nameOf={(one) => one.name}
          versionOf={(one) => `${one.role} ${stateOf(one)} ${one.sessions}`}
          actions={(one) => (
            <UserActions user={one} users={data} onVerb={(verb) => setAsked({ name: one.name, verb })} />
          )}
        />
      </ListFrame>
      {inviting && <InviteDialog users={data} onClose={() => setInviting(false)} />}
      {asked !== undefined && user !== undefined && (
        <UserDialog key={asked.verb} user={user} verb={asked.verb} onClose={() => setAsked(undefined)} />
      )}
    </Page>
  );
}
