import { parentPort } from 'node:worker_threads';
import { createOperations, type OperationName, type Operations } from './operations.ts';
import { type SyscallFailure, toFailure } from './syscall-error.ts';
import { loadSyscalls } from './syscalls.ts';

/** One call; answered by the same number. */
export interface KernelRequest {
  number: number;
  operation: OperationName;
  args: unknown[];
}

export type KernelResponse =
  | { number: number; ok: true; result: unknown }
  | { number: number; ok: false; failure: SyscallFailure };

/** Sent once, when the system calls are bound. */
export interface KernelReady {
  ready: true;
}

if (parentPort !== null) await serve(parentPort);

async function serve(port: NonNullable<typeof parentPort>): Promise<void> {
  const operations = createOperations(await loadSyscalls());
  port.on('message', (request: KernelRequest) => {
    void answer(operations, request).then((response) => port.postMessage(response));
  });
  port.postMessage({ ready: true } satisfies KernelReady);
}

async function answer(operations: Operations, { number, operation, args }: KernelRequest): Promise<KernelResponse> {
  try {
    // The typed `call` on the other side has checked that the arguments belong to the operation.
    const run = operations[operation] as (...values: unknown[]) => unknown;
    return { number, ok: true, result: await run(...args) };
  } catch (cause) {
    return { number, ok: false, failure: toFailure(cause) };
  }
}
