import { useQuery } from '@tanstack/react-query';
import { type ContainerSummary, useTRPC } from '../../_lib/trpc.ts';
import { isProblem } from '../containers/container-state.ts';

/** Whoever uses it is drawn anew with another number only, not with each change of the list. */
export function useProblemCount(): number {
  const { data = 0 } = useQuery(useTRPC().containers.list.queryOptions({}, { select: countProblems }));
  return data;
}

function countProblems(containers: readonly ContainerSummary[]): number {
  return containers.filter(isProblem).length;
}
