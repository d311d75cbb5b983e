import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../../_lib/trpc.ts';
import { useHostPoints } from '../containers/use-live-points.ts';

/** What the host uses at this moment: asked once, then told every two seconds. */
export function useHostUsage() {
  const { data, error, isPending, refetch } = useQuery(
    useTRPC().host.usage.queryOptions({}, { staleTime: Number.POSITIVE_INFINITY }),
  );
  const live = useHostPoints(data !== undefined, 2, 0).at(-1);
  const usage =
    data === undefined || live === undefined
      ? data
      : {
          ...data,
          cpuPercent: live.cpu ?? data.cpuPercent,
          memoryUsedBytes: live.memory ?? data.memoryUsedBytes,
          diskUsedBytes: live.disk ?? data.diskUsedBytes,
          diskTotalBytes: live.diskLimit ?? data.diskTotalBytes,
          load1: live.load ?? data.load1,
        };
  return { usage, error, isPending, refetch };
}
