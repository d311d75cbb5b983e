import { useQuery } from '@tanstack/react-query';
import { type ContainerSummary, useTRPC } from '../../_lib/trpc.ts';
import { useByNow } from '../../_lib/use-now.ts';
import { needsYouFrom } from '../containers/container-state.ts';

const NONE: readonly number[] = [];

/** Containers that need somebody. Whoever uses it is drawn anew with another number only, not with each change of the list. */
export function useProblemCount(): number {
  const { data: from = NONE } = useQuery(useTRPC().containers.list.queryOptions({}, { select: toTimes }));
  return useByNow((now) => from.filter((time) => time <= now).length);
}

function toTimes(containers: readonly ContainerSummary[]): number[] {
  return containers.flatMap((container) => needsYouFrom(container) ?? []).sort((a, b) => a - b);
}
