'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTRPC } from '../../_lib/trpc.ts';
import { ChartsFrame } from './charts-frame.tsx';
import { ContainerGrid } from './container-grid.tsx';
import { useFrame, useNow } from './use-frame.ts';
import { useMarks } from './use-marks.ts';
import { useTimeRange, wantedRange } from './use-time-range.ts';

const SECOND_MS = 1_000;

/** What is kept of the containers that had this name. */
export function RemovedCharts({ name }: { name: string }) {
  const trpc = useTRPC();
  const chosen = useTimeRange();
  const { data, error, isPending, refetch } = useQuery(
    trpc.metrics.removed.queryOptions(
      { removedName: name, ...wantedRange(chosen) },
      { placeholderData: keepPreviousData },
    ),
  );
  const now = useNow(chosen.fixed === undefined, SECOND_MS);
  const marks = useMarks(data?.marks ?? [], name);
  const frame = useFrame(chosen, data, marks, now);
  const memoryBytes = data?.figures.memoryLimit.findLast((value) => value !== null) ?? undefined;
  return (
    <ChartsFrame
      chosen={chosen}
      frame={frame}
      since={data?.since}
      isPending={isPending}
      error={error}
      onRetry={() => void refetch()}
    >
      {data !== undefined && (
        <ContainerGrid name={name} frame={frame} figures={data.figures} stepMs={data.stepMs} limits={{ memoryBytes }} />
      )}
    </ChartsFrame>
  );
}
