import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from '../../_lib/trpc.ts';

export type Verb = 'start' | 'stop' | 'restart' | 'kill' | 'pause' | 'unpause' | 'remove';

/** The right that a verb needs. */
export function permissionOf(verb: Verb): string {
  return `container:${verb === 'unpause' ? 'pause' : verb}`;
}

interface Named {
  id: string;
  name: string;
}

interface Target extends Named {
  /** As it was when the order was asked for. */
  state: { status: string };
}

export interface VerbFailure extends Named {
  verb: Verb;
  error: unknown;
}

/** So many at a time: a bulk order keeps the server free for the others. */
const AT_ONCE = 6;

/** Orders to containers: a row shows the one under way, and each failure is kept with its name. */
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
  const [pending, setPending] = useState<ReadonlyMap<string, Verb>>(new Map());
  const [failures, setFailures] = useState<readonly VerbFailure[]>([]);

  type Input = { containerId: string; signal?: string; force?: boolean };
  const calls: Record<Verb, (input: Input) => Promise<unknown>> = {
    start,
    stop,
    restart,
    kill,
    pause,
    unpause,
    remove,
  };

  async function order(verb: Verb, target: Target, signal: string | undefined): Promise<VerbFailure | undefined> {
    const { id, name } = target;
    setPending((old) => new Map(old).set(id, verb));
    try {
      const input = { containerId: id, ...(signal === undefined ? {} : { signal }) };
      // What ran is ended first: the dialog has said so. What was started since then is refused by the server.
      await calls[verb](verb === 'remove' ? { ...input, force: isUp(target) } : input);
      return undefined;
    } catch (error) {
      return { id, name, verb, error };
    } finally {
      await queries.invalidateQueries(trpc.containers.pathFilter());
      setPending((old) => new Map([...old].filter(([other]) => other !== id)));
    }
  }

  return {
    pendingOf: (id: string) => pending.get(id),
    failures,
    dismiss: () => setFailures([]),
    /** @returns what failed, in the order asked */
    async run(verb: Verb, targets: readonly Target[], signal?: string): Promise<VerbFailure[]> {
      setFailures([]);
      const waiting = [...targets];
      const failed: VerbFailure[] = [];
      const worker = async () => {
        for (let target = waiting.shift(); target !== undefined; target = waiting.shift()) {
          const failure = await order(verb, target, signal);
          if (failure !== undefined) failed.push(failure);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
      setFailures(failed);
      return failed;
    },
  };
}

function isUp({ state: { status } }: Target): boolean {
  return status === 'running' || status === 'paused' || status === 'restarting';
}

export type ContainerVerbs = ReturnType<typeof useContainerVerbs>;
