import type { ContainerService, ContainerStore } from '../containers/index.ts';
import { isEngineError } from '../errors/index.ts';
import type { ImageUsers } from '../images/index.ts';
import { type ContainerId, shortId } from '../lib/index.ts';
import type { NetworkUsers } from '../networks/index.ts';
import type { VolumeUsers } from '../volumes/index.ts';

type Containers = Pick<ContainerService, 'inspect' | 'pause' | 'unpause'>;

/** False: there is nothing to pause. */
export async function pauseIfRunning(containers: Containers, id: ContainerId): Promise<boolean> {
  try {
    if ((await containers.inspect(id)).state.status !== 'running') return false;
    await containers.pause(id);
    return true;
  } catch (error) {
    // It ended in between, or is gone.
    if (isEngineError(error, 'conflict') || isEngineError(error, 'not_found')) return false;
    throw error;
  }
}

export async function unpauseIfPaused(containers: Containers, id: ContainerId): Promise<void> {
  try {
    await containers.unpause(id);
  } catch (error) {
    // Somebody else let it go on, stopped or removed it.
    if (!isEngineError(error, 'conflict') && !isEngineError(error, 'not_found')) throw error;
  }
}

/** Who uses an image, a network or a volume, asked of the rows: also stopped containers count. */
export function usersOf(store: ContainerStore): ImageUsers & NetworkUsers & Pick<VolumeUsers, 'containersOfVolume'> {
  return {
    async containersOf(imageId) {
      const users = (await store.list()).filter((row) => row.imageId === imageId);
      return users.map(({ id, name, state: { status } }) => {
        return { id, name, running: status === 'running' || status === 'paused' || status === 'restarting' };
      });
    },
    async containersOfNetwork({ id, name }) {
      const names = new Set([id, name, shortId(id)]);
      const users = (await store.list()).filter(
        ({ config, state }) =>
          state.status !== 'removing' &&
          (config.networks ?? [{ network: config.network }]).some(({ network }) => names.has(network)),
      );
      return users.map((user) => ({ id: user.id, name: user.name }));
    },
    async containersOfVolume(volume) {
      const users = (await store.list()).filter(
        ({ mounts, state }) =>
          // One that is removed together with its volumes has no claim on them any more.
          !(state.status === 'removing' && state.volumes === true) &&
          mounts.some((mount) => mount.type === 'volume' && mount.name === volume),
      );
      return users.map(({ id, name, state: { status } }) => {
        return { id, name, running: status === 'running' || status === 'paused', paused: status === 'paused' };
      });
    },
  };
}
