import { Worker } from 'node:worker_threads';
import { EngineError } from '#engine/errors/index.ts';
import type { Logger } from '#engine/lib/index.ts';
import type { MetricsProblem } from './keeper.ts';
import type { FromWorker, QuestionName, Questions, ToWorker, WorkerSettings } from './messages.ts';
import type { LiveSample } from './sampler.ts';

interface LinkOptions {
  settings: WorkerSettings;
  log: Logger;
  onLive: (samples: readonly LiveSample[]) => void;
  onProblem: (problem: MetricsProblem | undefined) => void;
  /** A new thread has begun and has to be told everything. */
  onStart: () => void;
}

const WORKER = new URL('./metrics-worker.ts', import.meta.url);
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
const CLOSE_MS = 3_000;

/** The thread and what is said to it; one that ends is followed by another, after a while that grows. */
export class WorkerLink implements AsyncDisposable {
  readonly #opts: LinkOptions;
  readonly #waiting = new Map<number, { resolve(answer: unknown): void; reject(error: Error): void }>();
  #worker: Worker | undefined;
  #number = 0;
  #pauseMs = FIRST_PAUSE_MS;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(opts: LinkOptions) {
    this.#opts = opts;
    this.#start();
  }

  #start(): void {
    const { settings, log } = this.#opts;
    const worker = new Worker(WORKER, { name: 'metrics', workerData: settings });
    worker.unref();
    worker.on('message', (message: FromWorker) => this.#hear(message));
    worker.on('error', (err) => log.error({ err }, 'the thread of the metrics failed'));
    worker.on('exit', () => this.#ended(worker));
    this.#worker = worker;
  }

  #ended(worker: Worker): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(unavailable());
    this.#waiting.clear();
    if (this.#closed) return;
    this.#opts.log.warn({ pauseMs: this.#pauseMs }, 'the thread of the metrics has ended and begins again');
    this.#timer = setTimeout(() => {
      this.#start();
      this.#opts.onStart();
    }, this.#pauseMs).unref();
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
  }

  #hear(message: FromWorker): void {
    if (message.type === 'live') this.#opts.onLive(message.samples);
    else if (message.type === 'problem') this.#opts.onProblem(message.problem);
    else {
      const waiting = this.#waiting.get(message.number);
      this.#waiting.delete(message.number);
      // It works: the next failure is a new one.
      this.#pauseMs = FIRST_PAUSE_MS;
      if (message.type === 'answer') waiting?.resolve(message.answer);
      else waiting?.reject(unavailable(message.message));
    }
  }

  /** While there is no thread this is lost; the next one is told everything. */
  send(message: ToWorker): void {
    this.#worker?.postMessage(message);
  }

  /** @throws EngineError `unavailable` when the thread ends before it answers */
  async ask<Name extends QuestionName>(name: Name, ask: Questions[Name]['ask']): Promise<Questions[Name]['answer']> {
    if (this.#worker === undefined) throw unavailable();
    this.#number += 1;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#waiting.set(this.#number, { resolve, reject });
    this.#worker.postMessage({ type: 'ask', number: this.#number, name, ask } satisfies ToWorker);
    return (await promise) as Questions[Name]['answer'];
  }

  /** What was sampled is written down first, unless that takes too long. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    const worker = this.#worker;
    if (worker === undefined) return;
    const timer = setTimeout(() => void worker.terminate(), CLOSE_MS);
    try {
      await this.ask('close', undefined);
    } catch (err) {
      this.#opts.log.warn({ err }, 'the last metrics were not written');
    }
    clearTimeout(timer);
    await worker.terminate();
  }
}

function unavailable(why = 'the thread has ended'): EngineError {
  return new EngineError('unavailable', `The metrics cannot be read: ${why}`, { reason: 'metrics_unavailable', why });
}
