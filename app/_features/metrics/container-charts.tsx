'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ContainerDetail, useTRPC } from '../../_lib/trpc.ts';
import { useLivePoints } from '../containers/use-live-points.ts';
import { withLive } from './chart-data.ts';
import { ChartsFrame } from './charts-frame.tsx';
import { ContainerGrid } from './container-grid.tsx';
import { refreshMs, useFrame, useNow } from './use-frame.ts';
import { useMarks } from './use-marks.ts';
import { rangeMs, useTimeRange, wantedRange } from './use-time-range.ts';

const LIVE_MS = 900_000;
const SECOND_MS = 1_000;

/** What a container uses: now, second by second, and as far back as it is recorded. */
export function ContainerCharts({ detail }: { detail: ContainerDetail }) {
  const trpc = useTRPC();
  const chosen = useTimeRange();
  const { fixed } = chosen;
  const { data, error, isPending, refetch } = useQuery(
    trpc.metrics.container.queryOptions(
      { containerId: detail.id, ...wantedRange(chosen) },
      {
        refetchInterval: ({ state }) => refreshMs(chosen, state.data?.stepMs),
        placeholderData: keepPreviousData,
      },
    ),
  );
  const running = detail.state.status === 'running' || detail.state.status === 'paused';
  const live = useLivePoints(fixed === undefined && running ? [detail.id] : [], 1, LIVE_MS).get(detail.id) ?? [];
  const now = useNow(fixed === undefined, SECOND_MS);
  const shown = data && withLive(data, live, fixed?.from ?? now - rangeMs(chosen));
  const marks = useMarks(data?.marks ?? [], detail.name);
  const frame = useFrame(chosen, shown && { at: shown.at, stepMs: data.stepMs }, marks, now);
  return (
    <ChartsFrame
      chosen={chosen}
      frame={frame}
      since={data?.since}
      isPending={isPending}
      error={error}
      onRetry={() => void refetch()}
    >
      {data !== undefined && shown !== undefined && (
        <ContainerGrid
          name={detail.name}
          frame={frame}
          figures={shown.figures}
          stepMs={data.stepMs}
          limits={{
            nanoCpus: detail.config.resources.nanoCpus,
            memoryBytes: detail.memoryLimitBytes,
            pids: detail.config.resources.pidsLimit,
            hostNetwork: detail.networkMode === 'host',
          }}
        />
      )}
    </ChartsFrame>
  );
}
