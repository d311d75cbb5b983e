import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTRPC } from '../../_lib/trpc.ts';

const VERBS = ['start', 'stop', 'restart', 'kill', 'pause', 'unpause', 'remove'] as const;
export type Verb = (typeof VERBS)[number];

interface Order {
  verb: Verb;
  id: string;
}

/** One mutation for all verbs, so that a row shows the one under way and the failure of the last. */
export function useContainerVerbs() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { mutateAsync: start } = useMutation(trpc.containers.start.mutationOptions());
  const { mutateAsync: stop } = useMutation(trpc.containers.stop.mutationOptions());
  const { mutateAsync: restart } = useMutation(trpc.containers.restart.mutationOptions());
  const { mutateAsync: kill } = useMutation(trpc.containers.kill.mutationOptions());
  const { mutateAsync: pause } = useMutation(trpc.containers.pause.mutationOptions());
  const { mutateAsync: unpause } = useMutation(trpc.containers.unpause.mutationOptions());
  const { mutateAsync: remove } = useMutation(trpc.containers.remove.mutationOptions());
  const calls: Record<Verb, (input: { containerId: string }) => Promise<unknown>> = {
    start,
    stop,
    restart,
    kill,
    pause,
    unpause,
    // What runs is ended first: the dialog has said so.
    remove: (input) => remove({ ...input, force: true }),
  };
  return useMutation({
    mutationFn: ({ verb, id }: Order) => calls[verb]({ containerId: id }),
    onSettled: () => queries.invalidateQueries(trpc.containers.pathFilter()),
  });
}
