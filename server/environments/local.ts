import { EngineError } from '#engine/errors/index.ts';
import type { Engine } from '#engine/index.ts';
import type { Environment, Environments } from './environment.ts';

export const LOCAL = 'local';

/** The engine of this process as an environment. */
function localEnvironment(engine: Engine): Environment {
  return {
    id: LOCAL,
    capabilities: { streams: true, imageUploads: true },
    containers: engine.containers,
    images: engine.images,
    networks: engine.networks,
    volumes: engine.volumes,
    events: engine.events,
    isReady: () => engine.isReady(),
    hostInfo: () => engine.hostInfo(),
    hostUsage: () => engine.hostUsage(),
    diskUsage: () => engine.diskUsage(),
    doctor: () => engine.doctor(),
  };
}

/** `local` alone; `problem` says why there is no engine, when there is none. */
export function createEnvironments(engine: Engine | undefined, problem?: unknown): Environments {
  const local = engine === undefined ? undefined : localEnvironment(engine);
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
