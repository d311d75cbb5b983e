import { randomUUID } from 'node:crypto';
import { EngineError } from '#engine/errors/index.ts';
import type { Clock, Logger, Progress, Step } from '#engine/lib/index.ts';
import type { Db } from '../db/index.ts';
import { toWireError, type WireError } from '../errors/index.ts';
import { fromColumn, toColumn, toEnd, toRecord, toRow } from './operation-row.ts';
import { follows, toWhere } from './operation-where.ts';
import { ProgressGate } from './progress-gate.ts';
import { type OperationProgress, RateMeter } from './rate-meter.ts';
import { type OperationStep, StepList } from './step-list.ts';

export type OperationState = 'running' | 'succeeded' | 'failed' | 'cancelled' | 'interrupted';

interface OperationObject {
  type: string;
  id?: string | undefined;
  name?: string | undefined;
}

/** A long task as everybody sees it; a snapshot, not a live object. */
export interface OperationRecord {
  id: string;
  environmentId: string;
  /** `image.load`, `system.prune` … */
  kind: string;
  state: OperationState;
  /** Somebody cancelled it, and what was begun is being taken back; it still counts as running. */
  cancelling: boolean;
  actorId: string | undefined;
  actorName: string;
  object: OperationObject | undefined;
  progress: OperationProgress | undefined;
  /** Its parts in the order in which they began, at most `MOST_STEPS`. */
  steps: OperationStep[];
  /** How many parts are no longer in `steps`. */
  stepsDropped: number;
  /** It did not succeed, and the same can be asked for again. */
  canRetry: boolean;
  result: unknown;
  error: WireError | undefined;
  /** The newest lines, oldest first. */
  log: string[];
  startedAt: Date;
  finishedAt: Date | undefined;
}

interface OperationRequest {
  environmentId: string;
  kind: string;
  actor: { id: string | undefined; name: string };
  object?: OperationObject | undefined;
  /** What it is asked for with, as JSON, when the same can be asked again: not where the bytes come with the request. */
  input?: object | undefined;
}

/** What the work is given. */
interface OperationContext {
  id: string;
  /** Aborted by `cancel` and at shutdown. */
  signal: AbortSignal;
  onProgress(progress: Progress): void;
  onStep(step: Step): void;
  /** How many of the objects are over, where they are what is counted. */
  onItems(done: number, total: number): void;
  /** A part that was told of failed, and the others go on. */
  failStep(id: string, error: unknown): void;
  /** What is to be asked for instead when somebody asks for the same again: what is left of it. */
  askAgainFor(input: object): void;
  log(line: string): void;
}

export interface OperationFilter {
  environmentId?: string | undefined;
  /** Any of these. */
  states?: readonly OperationState[] | undefined;
  /** Any of these. */
  kinds?: readonly string[] | undefined;
  actorName?: string | undefined;
  /** By name or id; a container also as one of many. */
  object?: { type: string; key: string; id?: string | undefined } | undefined;
  /** Each is part of the object, of the person or of the kind, or stands for one of these kinds. */
  words?: readonly { text: string; kinds: readonly string[] }[] | undefined;
}

interface OperationPage extends OperationFilter {
  /** Those that follow the one with this id. */
  after?: string | undefined;
  limit?: number | undefined;
}

/**
 * Work of more than a moment: it has a record from before it begins until after a restart, and nobody has to wait for it.
 * Who may see or cancel it is the caller's decision.
 */
export interface Operations extends AsyncDisposable {
  /** Resolves once the record is saved; the work goes on by itself and its outcome is in the record. */
  start(request: OperationRequest, run: (context: OperationContext) => Promise<unknown>): Promise<OperationRecord>;
  /** The newest first. */
  list(page?: OperationPage): Promise<OperationRecord[]>;
  /** How many there are of each state; none of a state that is not named. */
  count(filter: OperationFilter): Promise<Partial<Record<OperationState, number>>>;
  /** @throws EngineError `not_found` */
  get(id: string): Promise<OperationRecord>;
  /**
   * What one that did not succeed was asked for with. Whoever asks again is judged again.
   *
   * @throws EngineError `not_found`; `conflict` when it goes on, succeeded, or came with bytes that are gone
   */
  failedRequest(id: string): Promise<{ kind: string; input: unknown }>;
  /** Asks it to stop; false when it is over already. @throws EngineError `not_found` */
  cancel(id: string): Promise<boolean>;
  /** The record when it is over. @throws EngineError `not_found` */
  wait(id: string): Promise<OperationRecord>;
  /** Told at the start, at progress (at most 4 times a second each) and at the end, which is never left out. */
  subscribe(listener: (operation: OperationRecord) => void): Disposable;
  /** At boot: what a dead process left running becomes `interrupted`. Returns how many. */
  interruptStale(): Promise<number>;
}

interface OperationsOptions {
  db: Db;
  log: Logger;
  clock: Clock;
}

interface Running {
  record: OperationRecord;
  controller: AbortController;
  gate: ProgressGate;
  /** What it was asked for with is in its row. */
  isRepeatable: boolean;
  /** What is left of that. */
  leftToAsk?: object;
  finished: Promise<void>;
}

const LOG_LINES = 500;
const MAX_LINE = 2_000;
const MAX_LIST = 200;

export function createOperations({ db, log, clock }: OperationsOptions): Operations {
  const running = new Map<string, Running>();
  const listeners = new Set<(operation: OperationRecord) => void>();

  function tell(record: OperationRecord): void {
    const snapshot = snapshotOf(record);
    for (const listener of listeners) {
      try {
        listener(snapshot);
      } catch (err) {
        log.error({ err, operationId: record.id }, 'listener of operations failed');
      }
    }
  }

  async function find(id: string): Promise<OperationRecord> {
    const live = running.get(id);
    if (live !== undefined) return snapshotOf(live.record);
    const row = await db.operation.findUnique({ where: { id } });
    if (row !== null) return toRecord(row);
    throw new EngineError('not_found', `No such operation: ${id}`, { reason: 'operation_not_found', id });
  }

  async function perform(task: Running, run: (context: OperationContext) => Promise<unknown>): Promise<void> {
    const { record, controller, gate } = task;
    const meter = new RateMeter();
    const steps = new StepList(clock);
    const noteSteps = () => Object.assign(record, { steps: steps.list(), stepsDropped: steps.dropped });
    const context: OperationContext = {
      id: record.id,
      signal: controller.signal,
      onProgress: (progress) => {
        record.progress = meter.measure(progress, performance.now());
        gate.changed();
      },
      onStep: (step) => {
        steps.tell(step);
        noteSteps();
        gate.changed();
      },
      onItems: (done, total) => {
        record.progress = { doneBytes: 0, items: { done, total } };
        gate.changed();
      },
      failStep: (id, error) => {
        steps.fail(id, toWireError(error, record.id));
        noteSteps();
        gate.changed();
      },
      askAgainFor: (input) => {
        task.leftToAsk = input;
      },
      log: (line) => {
        record.log.push(line.slice(0, MAX_LINE));
        if (record.log.length > LOG_LINES) record.log.splice(0, record.log.length - LOG_LINES);
        gate.changed();
      },
    };
    try {
      record.result = (await run(context)) ?? undefined;
      record.state = 'succeeded';
    } catch (error) {
      record.state = controller.signal.aborted ? 'cancelled' : 'failed';
      record.error = toWireError(error, record.id);
      if (record.error.code === 'internal') log.error({ err: error, operationId: record.id }, 'operation failed');
    }
    gate.close();
    steps.end(record.state === 'succeeded' ? 'done' : record.state === 'cancelled' ? 'cancelled' : 'failed');
    noteSteps();
    record.canRetry = task.isRepeatable && record.state !== 'succeeded';
    record.cancelling = false;
    record.finishedAt = clock();
    await saveEnd(record, task.leftToAsk);
    running.delete(record.id);
    tell(record);
  }

  async function saveEnd(record: OperationRecord, leftToAsk: object | undefined): Promise<void> {
    const left = leftToAsk === undefined ? {} : { requestJson: toColumn(leftToAsk) };
    try {
      await db.operation.update({ where: { id: record.id }, data: { ...toEnd(record), ...left } });
    } catch (err) {
      // The work is done and has nobody to tell; at the next boot the row becomes `interrupted`.
      log.error({ err, operationId: record.id, state: record.state }, 'end of operation could not be saved');
    }
  }

  return {
    async start(request, run) {
      const record: OperationRecord = {
        id: randomUUID(),
        environmentId: request.environmentId,
        kind: request.kind,
        state: 'running',
        cancelling: false,
        actorId: request.actor.id,
        actorName: request.actor.name,
        object: request.object,
        progress: undefined,
        steps: [],
        stepsDropped: 0,
        canRetry: false,
        result: undefined,
        error: undefined,
        log: [],
        startedAt: clock(),
        finishedAt: undefined,
      };
      await db.operation.create({ data: { ...toRow(record), requestJson: toColumn(request.input) } });
      const { promise: finished, resolve: finish } = Promise.withResolvers<void>();
      const task: Running = {
        record,
        controller: new AbortController(),
        gate: new ProgressGate(() => tell(record)),
        finished,
        isRepeatable: request.input !== undefined,
      };
      running.set(record.id, task);
      const snapshot = snapshotOf(record);
      tell(record);
      perform(task, run).then(finish, finish);
      return snapshot;
    },

    async list({ limit = 50, after, ...filter } = {}) {
      const take = Math.max(1, Math.min(limit, MAX_LIST));
      const found = await db.$queryRaw<{ id: string }[]>`
        SELECT id FROM Operation WHERE ${toWhere(filter)} AND ${follows(after)}
        ORDER BY startedAt DESC, id ASC LIMIT ${take}`;
      const rows = await db.operation.findMany({
        where: { id: { in: found.map(({ id }) => id) } },
        orderBy: [{ startedAt: 'desc' }, { id: 'asc' }],
      });
      return rows.map((row) => {
        const live = running.get(row.id);
        return live === undefined ? toRecord(row) : snapshotOf(live.record);
      });
    },

    async count(filter) {
      const groups = await db.$queryRaw<{ state: string; count: bigint }[]>`
        SELECT state, count(*) AS count FROM Operation WHERE ${toWhere(filter)} GROUP BY state`;
      return Object.fromEntries(groups.map(({ state, count }) => [state, Number(count)]));
    },

    get: find,

    async failedRequest(id) {
      const { kind, canRetry } = await find(id);
      const row = canRetry ? await db.operation.findUnique({ where: { id }, select: { requestJson: true } }) : null;
      const input: unknown = fromColumn(row?.requestJson ?? null);
      if (input !== undefined) return { kind, input };
      const message = `Operation ${id} cannot be asked for again`;
      throw new EngineError('conflict', message, { reason: 'operation_not_repeatable', id });
    },

    async cancel(id) {
      const live = running.get(id);
      if (live !== undefined) {
        live.record.cancelling = true;
        tell(live.record);
        live.controller.abort(new EngineError('cancelled', 'Cancelled', { reason: 'operation_cancelled' }));
        return true;
      }
      await find(id);
      return false;
    },

    async wait(id) {
      await running.get(id)?.finished;
      return find(id);
    },

    subscribe(listener) {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },

    async interruptStale() {
      const where = { state: 'running', id: { notIn: [...running.keys()] } };
      const { count } = await db.operation.updateMany({ where, data: { state: 'interrupted', finishedAt: clock() } });
      if (count > 0) log.warn({ count }, 'operations were interrupted by a restart');
      return count;
    },

    async [Symbol.asyncDispose]() {
      const reason = new EngineError('cancelled', 'The server is shutting down', { reason: 'server_stopping' });
      const tasks = [...running.values()];
      for (const { controller } of tasks) controller.abort(reason);
      await Promise.all(tasks.map(({ finished }) => finished));
    },
  };
}

/** Elements of its lists are never changed, only replaced. */
function snapshotOf(record: OperationRecord): OperationRecord {
  return { ...record, log: [...record.log] };
}
