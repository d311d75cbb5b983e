import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRef, useState } from 'react';
import { toFailure, useFailureText } from '../../_lib/errors.ts';
import { useTRPC } from '../../_lib/trpc.ts';
import { useOfferUndo } from '../../_lib/use-offer-undo.ts';
import { toast } from '../../_ui/toast.ts';
import { followOperation } from '../activity/follow-operation.ts';
import { useCan } from '../shell/use-me.ts';

export type Verb = 'start' | 'stop' | 'restart' | 'kill' | 'pause' | 'unpause' | 'remove';

/** The right that a verb needs. */
export function permissionOf(verb: Verb): string {
  return `container:${verb === 'unpause' ? 'pause' : verb}`;
}

/** What takes a quick verb back. */
const UNDO = { stop: 'start', pause: 'unpause', unpause: 'pause' } as const;

function canUndo(verb: Verb): verb is keyof typeof UNDO {
  return Object.hasOwn(UNDO, verb);
}

interface Target {
  id: string;
  name: string;
  /** As it was when the order was asked for. */
  state: { status: string };
}

export interface VerbFailure extends Target {
  verb: Verb;
  error: unknown;
}

interface Outcome {
  failures: readonly VerbFailure[];
  /** Of many: the operation they were one part of. */
  operationId?: string;
  signal?: string | undefined;
}

/** Orders to containers: a row shows the one under way, and each failure is kept with its name. Many are one operation. */
export function useContainerVerbs() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const t = useTranslations('containers');
  const can = useCan();
  const offerBack = useOfferUndo();
  const failureText = useFailureText();
  const { mutateAsync: start } = useMutation(trpc.containers.start.mutationOptions());
  const { mutateAsync: stop } = useMutation(trpc.containers.stop.mutationOptions());
  const { mutateAsync: restart } = useMutation(trpc.containers.restart.mutationOptions());
  const { mutateAsync: kill } = useMutation(trpc.containers.kill.mutationOptions());
  const { mutateAsync: pause } = useMutation(trpc.containers.pause.mutationOptions());
  const { mutateAsync: unpause } = useMutation(trpc.containers.unpause.mutationOptions());
  const { mutateAsync: remove } = useMutation(trpc.containers.remove.mutationOptions());
  const { mutateAsync: bulk } = useMutation(trpc.containers.bulk.mutationOptions());
  const [pending, setPending] = useState<ReadonlyMap<string, Verb>>(new Map());
  const [outcome, setOutcome] = useState<Outcome>({ failures: [] });
  /** Which order is the newest: an older one that ends later tells nothing any more. */
  const orders = useRef(0);

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

  async function orderOne(verb: Verb, target: Target, signal: string | undefined): Promise<Outcome> {
    try {
      const input = { containerId: target.id, ...(signal === undefined ? {} : { signal }) };
      // What ran is ended first: the dialog has said so. What was started since then is refused by the server.
      await calls[verb](verb === 'remove' ? { ...input, force: isUp(target) } : input);
      return { failures: [] };
    } catch (error) {
      return { failures: [{ ...target, verb, error }] };
    }
  }

  async function orderMany(verb: Verb, targets: readonly Target[], signal: string | undefined): Promise<Outcome> {
    const idsOf = (list: readonly Target[]) => list.map(({ id }) => id);
    const wanted = {
      verb,
      containerIds: idsOf(targets),
      ...(signal === undefined ? {} : { signal }),
      ...(verb === 'remove' ? { forcedIds: idsOf(targets.filter(isUp)) } : {}),
    };
    try {
      const { operationId } = await bulk(wanted);
      const ended = await followOperation({ queries, trpc, operationId }, ({ steps }) => {
        const over = steps.filter(({ state }) => state !== 'running').map(({ id }) => id);
        setPending((old) => without(old, over));
      });
      const errors = new Map(ended.steps.map(({ id, state, error }) => [id, state === 'failed' ? error : undefined]));
      const failures = targets.flatMap((target): VerbFailure[] => {
        const error = errors.get(target.id);
        return error === undefined ? [] : [{ ...target, verb, error }];
      });
      return { failures, operationId };
    } catch (error) {
      // Nothing was begun, or what became of it is not known.
      return { failures: targets.map((target) => ({ ...target, verb, error })) };
    }
  }

  /** @returns what failed, in the order asked */
  async function run(verb: Verb, targets: readonly Target[], signal?: string): Promise<readonly VerbFailure[]> {
    const [first, ...others] = targets;
    if (first === undefined) return [];
    orders.current += 1;
    const order = orders.current;
    setOutcome({ failures: [] });
    setPending((old) => new Map([...old, ...targets.map(({ id }) => [id, verb] as const)]));
    const ended = others.length === 0 ? await orderOne(verb, first, signal) : await orderMany(verb, targets, signal);
    await queries.invalidateQueries(trpc.containers.pathFilter());
    const ids = targets.map(({ id }) => id);
    setPending((old) => without(old, ids));
    if (order === orders.current) setOutcome({ ...ended, signal });
    if (others.length === 0 && ended.failures.length === 0 && canUndo(verb)) void offerUndo(verb, first);
    return ended.failures;
  }

  /** Where the container, as it is now, can be brought back: one that is removed when it ends is gone. */
  async function offerUndo(verb: keyof typeof UNDO, target: Target): Promise<void> {
    const back = UNDO[verb];
    if (!can(permissionOf(back))) return;
    const known = trpc.containers.get.queryOptions({ containerId: target.id });
    try {
      const now = await queries.fetchQuery(known);
      if (!now.allowedActions.includes(back)) return;
    } catch (error) {
      const failure = toFailure(error);
      // For what is gone there is nothing to offer.
      if (failure.code !== 'not_found') toast.error(failureText(failure));
      return;
    }
    // What fails of it is told with the other orders.
    offerBack(t(`done_${verb}`, { name: target.name }), () => run(back, [target]));
  }

  return {
    pendingOf: (id: string) => pending.get(id),
    failures: outcome.failures,
    operationId: outcome.operationId,
    dismiss: () => setOutcome({ failures: [] }),
    run,
    /** The same once more, for what failed. */
    retry: async () => {
      const [failure] = outcome.failures;
      return failure === undefined ? [] : run(failure.verb, outcome.failures, outcome.signal);
    },
  };
}

function without(pending: ReadonlyMap<string, Verb>, ids: readonly string[]): ReadonlyMap<string, Verb> {
  const over = new Set(ids);
  return new Map([...pending].filter(([id]) => !over.has(id)));
}

function isUp({ state: { status } }: Target): boolean {
  return status === 'running' || status === 'paused' || status === 'restarting';
}

export type ContainerVerbs = ReturnType<typeof useContainerVerbs>;
