import type { QueryClient, QueryFilters } from '@tanstack/react-query';
import type { ContainerSummary, useTRPC } from '../../_lib/trpc.ts';
import { mergeRows } from './merge-rows.ts';

/** Of more than these the whole list is as cheap. */
const MOST_ROWS = 40;

interface RowFollower {
  /** These containers have changed, came or went. */
  ask(ids: readonly string[]): void;
  /** All that is known of containers but the list, for whoever has it asked again. */
  others: QueryFilters;
}

/**
 * Keeps the list of all containers: of hundreds of rows only those that changed are asked for, so that many people who look on
 * cost the server little and see each change soon.
 */
export function createRowFollower(queries: QueryClient, trpc: ReturnType<typeof useTRPC>): RowFollower {
  const list = { queryKey: trpc.containers.list.queryKey({}), exact: true };
  const waiting = new Set<string>();
  let isAsking = false;

  async function askRows(): Promise<void> {
    const ids = [...waiting];
    waiting.clear();
    const known = queries.getQueryCache().find<ContainerSummary[]>(list);
    const { data, fetchStatus, isInvalidated, dataUpdateCount } = known?.state ?? {};
    if (data === undefined || fetchStatus !== 'idle' || isInvalidated === true || ids.length > MOST_ROWS)
      return await queries.invalidateQueries(list);
    const options = trpc.containers.list.queryOptions({ ids }, { staleTime: 0, gcTime: 0, retry: false });
    const rows = await queries.fetchQuery(options).catch(() => undefined);
    // The whole list has its own ways to try again and to say what is wrong.
    if (rows === undefined) return await queries.invalidateQueries(list);
    if (known?.state.dataUpdateCount !== dataUpdateCount || known?.state.fetchStatus !== 'idle') {
      // Which of the two answers is the younger nobody can tell.
      for (const id of ids) waiting.add(id);
      return;
    }
    queries.setQueryData<ContainerSummary[]>(list.queryKey, (before) => before && mergeRows(before, ids, rows));
  }

  async function askAll(): Promise<void> {
    isAsking = true;
    try {
      while (waiting.size > 0) await askRows();
    } finally {
      isAsking = false;
    }
  }

  return {
    ask(ids) {
      for (const id of ids) waiting.add(id);
      if (!isAsking && waiting.size > 0) void askAll();
    },
    others: {
      ...trpc.containers.pathFilter(),
      predicate: ({ queryKey }) => JSON.stringify(queryKey) !== JSON.stringify(list.queryKey),
    },
  };
}
