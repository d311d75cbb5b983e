import { useQuery } from '@tanstack/react-query';
import { usePageTitle } from '../../_lib/page-title.ts';
import { type Operation, useTRPC } from '../../_lib/trpc.ts';
import { isActive } from '../activity/operation-state.ts';
import { useProblemCount } from './use-problem-count.ts';

/** Of the tab: how far running work is, how many containers need somebody, and the page. */
export function DocumentTitle() {
  const problems = useProblemCount();
  const { data: percent = '' } = useQuery(useTRPC().operations.list.queryOptions({ limit: 20 }, { select: percentOf }));
  const page = usePageTitle();
  return (
    <title>{[percent, problems === 0 ? '' : `(${problems})`, page].filter((part) => part !== '').join(' ')}</title>
  );
}

/** Of the first that knows how far it is. */
function percentOf(operations: readonly Operation[]): string {
  const progress = operations.find((operation) => isActive(operation) && operation.progress?.totalBytes)?.progress;
  if (!progress?.totalBytes) return '';
  return `${Math.min(100, Math.floor(((progress.doneBytes ?? 0) / progress.totalBytes) * 100))} %`;
}
