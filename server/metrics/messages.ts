import type { MetricsProblem, Range, RangeQuery } from './keeper.ts';
import type { Mark, Series } from './metrics-store.ts';
import type { LiveSample, SampledContainer } from './sampler.ts';

/** What the thread is started with. */
export interface WorkerSettings {
  file: string;
  dataRoot: string;
  instance: string;
  maxBytes: number;
}

/** Questions by name, each with what it is asked and what it answers. */
export interface Questions {
  range: { ask: RangeQuery; answer: Range };
  named: { ask: string; answer: Series[] };
  /** Collects its garbage. */
  giveBackMemory: { ask: undefined; answer: undefined };
  /** Writes down what there is; the last one before the thread ends. */
  close: { ask: undefined; answer: undefined };
}

export type QuestionName = keyof Questions;

export type ToWorker =
  | { type: 'target'; container: SampledContainer }
  | { type: 'drop'; key: string }
  | { type: 'alive'; keys: string[] }
  | { type: 'watch'; key: string; everySeconds: number; detail: boolean }
  | { type: 'unwatch'; key: string }
  | { type: 'mark'; mark: Mark }
  | { type: 'ask'; number: number; name: QuestionName; ask: unknown };

export type FromWorker =
  | { type: 'live'; samples: LiveSample[] }
  | { type: 'answer'; number: number; answer: unknown }
  | { type: 'refusal'; number: number; message: string }
  | { type: 'problem'; problem: MetricsProblem | undefined };
