'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useLocale, useTranslations } from 'next-intl';
import { formatTime } from '../../_lib/format.ts';
import { useTRPC } from '../../_lib/trpc.ts';
import { Button } from '../../_ui/button.tsx';
import { ErrorNote, SkeletonRows } from '../../_ui/states.tsx';

/** Where this account is signed in. The session of this page has Sign out instead of End. */
export function SessionList() {
  const t = useTranslations('account');
  const locale = useLocale();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { data, error, isPending, refetch } = useQuery(trpc.session.listSessions.queryOptions({}));
  const end = useMutation(
    trpc.session.endSession.mutationOptions({
      onSettled: () => queries.invalidateQueries(trpc.session.listSessions.pathFilter()),
    }),
  );
  return (
    <>
      {isPending && <SkeletonRows rows={2} />}
      {error !== null && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {end.isError && <ErrorNote error={end.error} title={t('notEnded')} />}
      <ul>
        {data?.map((session) => (
          <li
            key={session.id}
            className="flex items-center gap-4 border-hairline border-b px-4 py-2 text-table last:border-b-0 max-md:px-3"
          >
            <div className="min-w-0 flex-1">
              <p className="[overflow-wrap:anywhere]">{session.userAgent || session.address}</p>
              <p className="text-caption text-muted">
                {t('seen', { address: session.address, time: formatTime(session.lastSeenAt, locale) })}
              </p>
            </div>
            {session.current ? (
              <span className="text-caption text-muted">{t('thisSession')}</span>
            ) : (
              <Button
                size="compact"
                loading={end.isPending && end.variables.sessionId === session.id}
                writes
                onClick={() => end.mutate({ sessionId: session.id })}
              >
                {t('end')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
