'use client';
import { Ban, CircleCheck, type IconNode, KeyRound } from 'lucide';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import type { UserSummary } from '../../_lib/trpc.ts';
import type { DataColumn } from '../../_ui/data-table/index.ts';
import { Moment } from '../../_ui/moment.tsx';
import { StateChip, type Tone } from '../../_ui/state-chip.tsx';
import { useMe } from '../shell/use-me.ts';
import { stateOf, type UserState } from './user-list.ts';

const STATES: Record<UserState, { icon: IconNode; tone: Tone }> = {
  active: { icon: CircleCheck, tone: 'success' },
  invited: { icon: KeyRound, tone: 'info' },
  disabled: { icon: Ban, tone: 'neutral' },
};
const ORDER = ['owner', 'admin', 'operator', 'developer', 'viewer'];

export function useUserColumns(onOpen: (user: UserSummary) => void): readonly DataColumn<UserSummary>[] {
  const t = useTranslations('users');
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('name'),
        locked: true,
        sortValue: (user) => user.name,
        cell: (user) => <Name user={user} onOpen={() => onOpen(user)} />,
        className: 'py-1 pl-4 max-md:py-0',
        phone: 'title',
      },
      {
        id: 'role',
        header: t('role'),
        sortValue: (user) => ORDER.indexOf(user.role),
        cell: (user) => t(`roles.${user.role}`),
        phone: 'left',
      },
      {
        id: 'state',
        header: t('state'),
        sortValue: stateOf,
        cell: (user) => <State user={user} />,
        phone: 'right',
      },
      {
        id: 'seen',
        header: t('lastSeen'),
        sortValue: (user) => user.lastSeenAt?.getTime(),
        cell: ({ lastSeenAt }) => (lastSeenAt === undefined ? t('neverSeen') : <Moment at={lastSeenAt} />),
        className: 'whitespace-nowrap text-muted',
        phone: 'left',
      },
      {
        id: 'sessions',
        header: t('sessions'),
        sortValue: (user) => user.sessions,
        cell: (user) => (
          <span className="tabular-nums">
            {user.sessions === 0 ? t('noSessions') : t('sessionCount', { count: user.sessions })}
          </span>
        ),
        className: 'whitespace-nowrap text-muted',
        phone: 'right',
      },
      {
        id: 'created',
        header: t('created'),
        optional: true,
        sortValue: (user) => user.createdAt.getTime(),
        cell: ({ createdAt }) => <Moment at={createdAt} />,
        className: 'whitespace-nowrap text-muted',
      },
    ],
    [t, onOpen],
  );
}

function Name({ user: { id, name }, onOpen }: { user: UserSummary; onOpen: () => void }) {
  const t = useTranslations('users');
  const me = useMe();
  return (
    <span className="flex flex-wrap items-center gap-2">
      <span
        aria-hidden="true"
        className="flex size-6 flex-none items-center justify-center rounded-full bg-accent-soft font-semibold text-accent text-caption"
      >
        {[...name][0]?.toUpperCase()}
      </span>
      <button
        type="button"
        data-row-link
        translate="no"
        aria-haspopup="dialog"
        onClick={onOpen}
        className="text-left font-medium [overflow-wrap:anywhere] hover:text-accent max-md:font-semibold"
      >
        <bdi>{name}</bdi>
      </button>
      {me?.id === id && <span className="text-caption text-muted">{t('you')}</span>}
    </span>
  );
}

function State({ user }: { user: UserSummary }) {
  const t = useTranslations('users');
  const state = stateOf(user);
  return (
    <span title={t(`stateHints.${state}`)}>
      <StateChip {...STATES[state]} quiet={state === 'active'}>
        {t(`states.${state}`)}
      </StateChip>
    </span>
  );
}
