import type { Logger } from '#engine/lib/index.ts';

/**
 * What nobody caught. After an exception in the middle of a callback nobody knows what was left half-done: it is logged and
 * the process ends at once, for the service manager to start it again; containers live on, and the next server finishes
 * what was cut off, as after a crash. A promise that was rejected and that nobody waited for has ended as any operation
 * that fails: it is logged, and everybody else is served on. The renderer of the pages drops such promises by design, and
 * its own listeners would keep the process alive in both cases.
 */
export function watchFaults(log: Logger): Disposable {
  const onException = (error: unknown): void => {
    log.error({ err: error }, 'a fault of the server: it ends');
    process.exit(1);
  };
  const onRejection = (reason: unknown): void =>
    log.error({ err: reason }, 'a fault of the server: nobody waited for it');
  process.prependListener('uncaughtException', onException);
  process.prependListener('unhandledRejection', onRejection);
  return {
    [Symbol.dispose]: () => {
      process.off('uncaughtException', onException);
      process.off('unhandledRejection', onRejection);
    },
  };
}
