import type { Clock, Step } from '#engine/lib/index.ts';
import type { WireError } from '../errors/index.ts';

/** A part of an operation as people follow it. */
export interface OperationStep extends Omit<Step, 'state'> {
  /** `failed` and `cancelled`: it was going on when the operation ended so, or it failed alone. */
  state: Step['state'] | 'failed' | 'cancelled';
  /** Why it failed, where that is not why the whole did. */
  error?: WireError | undefined;
  startedAt: Date;
  finishedAt?: Date | undefined;
}

/** The newest parts of an operation, in the order in which they began; of a task of thousands the rest is only counted. */
export const MOST_STEPS = 200;
const MAX_NAME = 256;

/** What becomes of the parts that an operation is told of. */
export class StepList {
  readonly #clock: Clock;
  readonly #steps = new Map<string, OperationStep>();
  #dropped = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many began that are no longer kept. */
  get dropped(): number {
    return this.#dropped;
  }

  tell({ name, ...step }: Step): void {
    const known = this.#steps.get(step.id);
    const now = this.#clock();
    this.#steps.set(step.id, {
      ...step,
      ...(name !== undefined && { name: name.slice(0, MAX_NAME) }),
      startedAt: known?.startedAt ?? now,
      ...(step.state !== 'running' && { finishedAt: now }),
    });
    if (this.#steps.size > MOST_STEPS) this.#drop();
  }

  /** One failed, and the others go on. */
  fail(id: string, error: WireError): void {
    const known = this.#steps.get(id);
    if (known !== undefined) this.#steps.set(id, { ...known, state: 'failed', error, finishedAt: this.#clock() });
  }

  /** Nothing goes on any more. */
  end(state: 'done' | 'failed' | 'cancelled'): void {
    for (const [id, step] of this.#steps) {
      if (step.state === 'running') this.#steps.set(id, { ...step, state, finishedAt: this.#clock() });
    }
  }

  list(): OperationStep[] {
    return [...this.#steps.values()];
  }

  /** The oldest that went well, else that is over, or the oldest of all. */
  #drop(): void {
    const isOver = ({ state }: OperationStep) => state !== 'running';
    const steps = this.list();
    const over = steps.find((step) => isOver(step) && step.state !== 'failed') ?? steps.find(isOver) ?? steps[0];
    if (over === undefined) return;
    this.#steps.delete(over.id);
    this.#dropped += 1;
  }
}

/** As it is kept in a row. */
export function readSteps(text: string): { steps: OperationStep[]; stepsDropped: number } {
  const kept: unknown = JSON.parse(text);
  if (typeof kept !== 'object' || kept === null || !('steps' in kept)) return { steps: [], stepsDropped: 0 };
  const { steps, stepsDropped } = kept as { steps: KeptStep[]; stepsDropped: number };
  return {
    steps: steps.map(({ startedAt, finishedAt, ...step }) => ({
      ...step,
      startedAt: new Date(startedAt),
      ...(finishedAt !== undefined && { finishedAt: new Date(finishedAt) }),
    })),
    stepsDropped,
  };
}

type KeptStep = Omit<OperationStep, 'startedAt' | 'finishedAt'> & { startedAt: string; finishedAt?: string };
