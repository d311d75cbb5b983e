import type { QueryClient, QueryFilters } from '@tanstack/react-query';
import { deserialize } from '#server/trpc/wire.schema.ts';
import type { ContainerSummary, useTRPC } from '../../_lib/trpc.ts';
import { mergeRows } from './merge-rows.ts';

/** Of more than these the whole list is as cheap. */
const MOST_ROWS = 40;

/** Rows as they come over the live channel; without `rows` the server could not read them. */
export interface ToldRows {
  ids: readonly string[];
  /** All events up to here have their rows in this message or in one before it. */
  seq: number;
  rows?: unknown;
}

interface RowFollower {
  /** These containers have changed, came or went. */
  ask(ids: readonly string[]): void;
  /** What these containers are now. */
  take(told: Pick<ToldRows, 'ids' | 'rows'>): void;
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
    if (data === undefined) {
      if (fetchStatus !== 'fetching') return;
      // The first answer may be older than what happened, and asking again would only wait for the same one.
      await known?.promise?.catch(() => undefined);
      if (known?.state.data !== undefined) for (const id of ids) waiting.add(id);
      return;
    }
    if (fetchStatus !== 'idle' || isInvalidated === true || ids.length > MOST_ROWS)
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

  function ask(ids: readonly string[]): void {
    for (const id of ids) waiting.add(id);
    if (!isAsking && waiting.size > 0) void askAll();
  }

  return {
    ask,
    take({ ids, rows }) {
      const { data, fetchStatus, isInvalidated } = queries.getQueryCache().find(list)?.state ?? {};
      // Nobody shows them, and nobody waits for them.
      if (data === undefined && fetchStatus !== 'fetching') return;
      // Of an answer that is under way nobody can tell whether it is the younger one.
      if (rows === undefined || isAsking || fetchStatus !== 'idle' || isInvalidated === true) return ask(ids);
      const now = deserialize(rows) as ContainerSummary[];
      queries.setQueryData<ContainerSummary[]>(list.queryKey, (before) => before && mergeRows(before, ids, now));
    },
    others: {
      ...trpc.containers.pathFilter(),
      predicate: ({ queryKey }) => JSON.stringify(queryKey) !== JSON.stringify(list.queryKey),
    },
  };
}
