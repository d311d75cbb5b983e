import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { setTitlePrefix } from '../../_lib/page-title.ts';
import { useTRPC } from '../../_lib/trpc.ts';
import { isActive } from '../activity/operation-state.ts';
import { useProblemCount } from './use-problem-count.ts';

/** In the title of the tab: how far running work is, and how many containers have a problem. */
export function useTitlePrefix(): void {
  const problems = useProblemCount();
  const { data = [] } = useQuery(useTRPC().operations.list.queryOptions({ limit: 20 }));
  const progress = data.find((operation) => isActive(operation) && operation.progress?.totalBytes)?.progress;
  const percent = progress?.totalBytes
    ? Math.floor(((progress.doneBytes ?? 0) / progress.totalBytes) * 100)
    : undefined;
  const prefix = [
    ...(percent === undefined ? [] : [`${Math.min(100, percent)} %`]),
    ...(problems === 0 ? [] : [`(${problems})`]),
  ].join(' ');
  useEffect(() => setTitlePrefix(prefix), [prefix]);
  useEffect(() => () => setTitlePrefix(''), []);
}
