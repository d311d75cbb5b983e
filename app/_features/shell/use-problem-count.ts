import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../../_lib/trpc.ts';
import { isProblem } from '../containers/container-state.ts';

export function useProblemCount(): number {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.containers.list.queryOptions({}));
  return data?.filter(isProblem).length ?? 0;
}
