import { lookup } from 'node:dns/promises';
import { EngineError, isEngineError } from '../errors/index.ts';
import type { DeviceMount, Kernel } from '../kernel/index.ts';
import { mountOf } from './volume-options.ts';
import type { VolumeRecord } from './volume-service.ts';

const ADDRESS = /(^|,)addr=([^,]+)/;

/**
 * Mounts of volumes with options: there while somebody holds them, as with Docker. Containers outlive the server, so that a
 * mount found at boot stays when a container that runs uses its volume.
 */
export class VolumeMounts {
  readonly #kernel: Pick<Kernel, 'mountDevice' | 'unmount' | 'listMounts'>;
  /** By volume: who is about to use it or does. */
  readonly #holders = new Map<string, Set<string>>();

  constructor(kernel: Pick<Kernel, 'mountDevice' | 'unmount' | 'listMounts'>) {
    this.#kernel = kernel;
  }

  /** The caller holds the volume's lock. @throws EngineError in Docker's words, with the kernel's refusal */
  async hold(volume: VolumeRecord, target: string, holder: string): Promise<void> {
    const mount = mountOf(volume.options, target);
    if (mount === undefined) return;
    if (!(await this.isMounted(target))) await this.#mount(volume.name, mount);
    const holders = this.#holders.get(volume.name) ?? new Set();
    this.#holders.set(volume.name, holders.add(holder));
  }

  /** The caller holds the volume's lock. `used`: by containers that run, whoever holds it here. */
  async release(volume: VolumeRecord, target: string, about: { holder: string; used: boolean }): Promise<boolean> {
    if (mountOf(volume.options, target) === undefined) return false;
    const holders = this.#holders.get(volume.name);
    holders?.delete(about.holder);
    if (holders !== undefined && holders.size > 0) return false;
    this.#holders.delete(volume.name);
    return about.used ? false : this.#kernel.unmount(target);
  }

  isHeld(name: string): boolean {
    return this.#holders.has(name);
  }

  async isMounted(target: string): Promise<boolean> {
    return (await this.#kernel.listMounts()).some((mount) => mount.target === target);
  }

  async #mount(name: string, mount: DeviceMount & { isRemote: boolean }): Promise<void> {
    const options = mount.isRemote ? await withAddress(name, mount.options) : mount.options;
    const { source, target, type } = mount;
    try {
      await this.#kernel.mountDevice({ source, target, type, options });
    } catch (cause) {
      if (!isEngineError(cause)) throw cause;
      const said = cause.message.replace(/^Kernel refused to mount .*?: (?=mount )/, '');
      throw new EngineError(
        cause.code === 'deadline_exceeded' ? cause.code : 'unavailable',
        `error while mounting volume '${target}': failed to mount local volume: ${said}`,
        { ...cause.details, reason: 'volume_mount_failed', name, type, device: source },
        { cause },
      );
    }
  }
}

/** The kernel knows no names: dockerd resolves `addr` as well. */
async function withAddress(name: string, options: string): Promise<string> {
  const host = ADDRESS.exec(options)?.[2];
  if (host === undefined) return options;
  try {
    const { address } = await lookup(host);
    return options.replace(ADDRESS, `$1addr=${address}`);
  } catch (cause) {
    const details = { reason: 'volume_address_unknown', name, host };
    throw new EngineError('unavailable', `error resolving passed in network volume address: ${host}`, details, {
      cause,
    });
  }
}
