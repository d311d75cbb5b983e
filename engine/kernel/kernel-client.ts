import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { EngineError } from '../errors/index.ts';
import type { KernelReady, KernelRequest, KernelResponse } from './kernel-worker.ts';
import type { OperationName, Operations } from './operations.ts';
import { toEngineError } from './syscall-error.ts';

type Arguments<Name extends OperationName> = Parameters<Operations[Name]>;
type Result<Name extends OperationName> = Awaited<ReturnType<Operations[Name]>>;

// Descriptors made in the worker (locks, files in a root) are closed on this side: node must not keep count of them there.
const WORKER_OPTIONS = { name: 'kernel', trackUnmanagedFds: false } as const;

interface Waiting {
  words: string;
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** The event loop's side of the worker: numbers the calls and hands back the answers. */
export class KernelClient implements AsyncDisposable {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #number = 0;
  #stopped: Error | undefined;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (response: KernelResponse) => this.#settle(response));
    worker.on('error', (cause) => this.#stop(unavailable('The kernel worker failed', cause)));
    worker.on('exit', () => this.#stop(unavailable('The kernel worker has ended')));
    worker.unref();
  }

  static async start(): Promise<KernelClient> {
    const worker = new Worker(new URL('./kernel-worker.ts', import.meta.url), WORKER_OPTIONS);
    try {
      const [message] = (await once(worker, 'message')) as [KernelReady];
      if (message.ready !== true) throw unavailable('The kernel worker did not start');
    } catch (cause) {
      await worker.terminate();
      throw unavailable('The kernel worker cannot start', cause);
    }
    return new KernelClient(worker);
  }

  /** `words` completes "Kernel refused to …". */
  async call<Name extends OperationName>(
    operation: Name,
    words: string,
    ...args: Arguments<Name>
  ): Promise<Result<Name>> {
    if (this.#stopped !== undefined) throw this.#stopped;
    refuseNulBytes(args, words);
    this.#number += 1;
    const number = this.#number;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#waiting.set(number, { words, resolve, reject });
    this.#worker.ref();
    this.#worker.postMessage({ number, operation, args } satisfies KernelRequest);
    return (await promise) as Result<Name>;
  }

  #settle(response: KernelResponse): void {
    const waiting = this.#waiting.get(response.number);
    if (waiting === undefined) return;
    this.#waiting.delete(response.number);
    if (this.#waiting.size === 0) this.#worker.unref();
    if (response.ok) waiting.resolve(response.result);
    else waiting.reject(toEngineError(waiting.words, response.failure));
  }

  #stop(error: Error): void {
    this.#stopped ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#stopped);
    this.#waiting.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped ??= unavailable('The kernel worker was closed');
    await this.#worker.terminate();
  }
}

function unavailable(message: string, cause?: unknown): EngineError {
  return new EngineError('unavailable', message, { reason: 'kernel_worker' }, { cause });
}

/** A C string ends at the first NUL: the rest of a path would be dropped without a word. */
function refuseNulBytes(value: unknown, words: string): void {
  if (typeof value === 'string' && value.includes('\0')) {
    throw new EngineError('invalid_argument', `A NUL byte in what was given to ${words}`, { reason: 'nul_byte' });
  }
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
  for (const part of Object.values(value)) refuseNulBytes(part, words);
}
