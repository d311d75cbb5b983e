import { useQuery } from '@tanstack/react-query';
import { MemoryStick, OctagonX, Square } from 'lucide';
import { useLocale, useTranslations } from 'next-intl';
import { useEffect } from 'react';
import { formatDuration } from '../../_lib/format.ts';
import { type ContainerDetail, useTRPC } from '../../_lib/trpc.ts';
import { Card } from '../../_ui/card.tsx';
import { Icon } from '../../_ui/icon.tsx';
import { Moment } from '../../_ui/moment.tsx';
import { earlierStops } from './earlier-stops.ts';

const PAST_S = 30 * 86_400;
const REFRESH_MS = 60_000;
const ICONS = { oom: MemoryStick, failed: OctagonX, stopped: Square, exited: Square } as const;

/** How it ended before, as far as that is remembered; absent while there is nothing. */
export function EarlierStopsCard({ detail: { id, state } }: { detail: ContainerDetail }) {
  const t = useTranslations('containers.earlier');
  const locale = useLocale();
  const { data, refetch } = useQuery(
    useTRPC().metrics.container.queryOptions(
      { containerId: id, lastSeconds: PAST_S, points: 2 },
      { refetchInterval: REFRESH_MS },
    ),
  );
  const startedAt = 'startedAt' in state ? state.startedAt.getTime() : 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: with another run one more has ended
  useEffect(() => {
    void refetch();
  }, [startedAt, refetch]);
  const until = 'finishedAt' in state ? state.finishedAt.getTime() : undefined;
  const stops = earlierStops(data?.marks ?? [], until);
  if (stops.length === 0) return null;
  return (
    <Card title={t('title')} flush>
      <ul>
        {stops.map(({ at, exitCode, kind, by, ranMs }) => (
          <li
            key={at}
            className="flex min-h-10 items-center gap-2.5 border-hairline border-t px-4 py-1.5 text-table first:border-t-0 max-md:px-3"
          >
            <Icon icon={ICONS[kind]} className={kind === 'oom' || kind === 'failed' ? 'text-danger' : 'text-faint'} />
            <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">
              <span className="font-medium">
                {kind === 'stopped' && by !== undefined ? t('stoppedBy', { by, exitCode }) : t(kind, { exitCode })}
              </span>
              {ranMs !== undefined && (
                <span className="text-muted"> · {t('ran', { time: formatDuration(ranMs, locale) })}</span>
              )}
            </span>
            <span className="flex-none text-faint tabular-nums">
              <Moment at={new Date(at)} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
