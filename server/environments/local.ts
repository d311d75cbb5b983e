import { EngineError } from '#engine/errors/index.ts';
import type { Engine } from '#engine/index.ts';
import type { Metrics } from '../metrics/index.ts';
import type { Environment, Environments } from './environment.ts';

export const LOCAL = 'local';

/** The engine of this process as an environment. */
function localEnvironment(engine: Engine, metrics: Metrics): Environment {
  return {
    id: LOCAL,
    capabilities: { streams: true, imageUploads: true },
    metrics,
    containers: engine.containers,
    images: engine.images,
    networks: engine.networks,
    volumes: engine.volumes,
    events: engine.events,
    isReady: () => engine.isReady(),
    hostInfo: () => engine.hostInfo(),
    hostUsage: () => engine.hostUsage(),
    diskParts: () => engine.diskParts(),
    diskUsage: () => engine.diskUsage(),
    checks: () => [...engine.checks(), metrics.check()],
    doctor: async () => [...(await engine.doctor()), metrics.check()],
  };
}

/** `local` alone; `problem` says why there is no engine, when there is none. */
export function createEnvironments(
  parts: { engine: Engine; metrics: Metrics } | undefined,
  problem?: unknown,
): Environments {
  const local = parts && localEnvironment(parts.engine, parts.metrics);
  return {
    get(id) {
      if (id !== LOCAL)
        throw new EngineError('not_found', `No such environment: ${id}`, { reason: 'environment_not_found', id });
      if (local === undefined)
        throw new EngineError(
          'unavailable',
          'The engine could not start on this host',
          { reason: 'engine_unavailable' },
          {
            cause: problem,
          },
        );
      return local;
    },
    list: () => (local === undefined ? [] : [local]),
  };
}
