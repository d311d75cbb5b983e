import { isEngineError } from '#engine/errors/index.ts';
import type { StatsSample } from '#engine/stats/index.ts';
import type { Environment } from '../../environments/index.ts';

const PERIOD_MS = 1_000;
/** After so long without a sample the container is asked itself. */
const LATE_MS = 1_600;

/**
 * Full samples of a container, the first at once and then one a second, from the sampler that all viewers share; undefined
 * while it does not run. Ends with the signal or when the container is removed.
 */
export async function* watchSamples(
  environment: Pick<Environment, 'containers' | 'metrics'>,
  id: string,
  signal: AbortSignal,
): AsyncGenerator<StatsSample | undefined> {
  let waiting: StatsSample | undefined;
  let wake = Promise.withResolvers<void>();
  const stop = () => wake.resolve();
  signal.addEventListener('abort', stop);
  using _watch = environment.metrics.watch(id, { everySeconds: PERIOD_MS / 1_000, detail: true }, ({ sample }) => {
    waiting = sample;
    wake.resolve();
  });
  try {
    // What does not run is told at once, and not only when no sample came.
    let stopped = await isStopped(environment, id);
    while (!signal.aborted) {
      if (stopped === 'gone') return;
      if (stopped) yield undefined;
      if (waiting === undefined) await waitFor(wake.promise, stopped ? PERIOD_MS : LATE_MS);
      if (signal.aborted) return;
      const sample = waiting;
      waiting = undefined;
      wake = Promise.withResolvers();
      if (sample === undefined) {
        stopped = await isStopped(environment, id);
        if (stopped === false) {
          // It runs, but the sampler does not know it or does not work: better a read of our own than none.
          const own = await readNow(environment, id);
          if (own !== undefined) yield own;
        }
        continue;
      }
      stopped = false;
      yield sample;
    }
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

async function waitFor(news: Promise<void>, ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([news, promise]);
  clearTimeout(timer);
}

async function isStopped({ containers }: Pick<Environment, 'containers'>, id: string): Promise<boolean | 'gone'> {
  try {
    const { state } = await containers.inspect(id);
    return state.status !== 'running' && state.status !== 'paused';
  } catch (error) {
    if (isEngineError(error, 'not_found')) return 'gone';
    throw error;
  }
}

async function readNow({ containers }: Pick<Environment, 'containers'>, id: string): Promise<StatsSample | undefined> {
  try {
    return await containers.stats(id, { detail: true });
  } catch (error) {
    // It has ended in between; the next look says so.
    if (isEngineError(error, 'conflict') || isEngineError(error, 'not_found')) return undefined;
    throw error;
  }
}
