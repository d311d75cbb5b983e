import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { setTitlePrefix } from '../../_lib/page-title.ts';
import { type Operation, useTRPC } from '../../_lib/trpc.ts';
import { isActive } from '../activity/operation-state.ts';
import { useProblemCount } from './use-problem-count.ts';

/** In the title of the tab: how far running work is, and how many containers have a problem. */
export function useTitlePrefix(): void {
  const problems = useProblemCount();
  const { data: percent = '' } = useQuery(useTRPC().operations.list.queryOptions({ limit: 20 }, { select: percentOf }));
  const prefix = [percent, problems === 0 ? '' : `(${problems})`].filter((part) => part !== '').join(' ');
  useEffect(() => setTitlePrefix(prefix), [prefix]);
  useEffect(() => () => setTitlePrefix(''), []);
}

/** Of the first that knows how far it is. */
function percentOf(operations: readonly Operation[]): string {
  const progress = operations.find((operation) => isActive(operation) && operation.progress?.totalBytes)?.progress;
  if (!progress?.totalBytes) return '';
  return `${Math.min(100, Math.floor(((progress.doneBytes ?? 0) / progress.totalBytes) * 100))} %`;
}
