import { EngineError } from '../errors/index.ts';
import type { VolumeRecord, VolumeStore } from './volume-service.ts';

/** Volume rows that live as long as the process; for tests and throw-away engines. */
export class MemoryVolumeStore implements VolumeStore {
  readonly #rows = new Map<string, VolumeRecord>();

  async insert(volume: VolumeRecord): Promise<void> {
    if (this.#rows.has(volume.name)) {
      throw new EngineError('already_exists', `Volume ${volume.name} exists`, {
        reason: 'volume_exists',
        name: volume.name,
      });
    }
    this.#rows.set(volume.name, structuredClone(volume));
  }

  async update(name: string, change: Partial<Omit<VolumeRecord, 'name'>>): Promise<void> {
    const row = this.#rows.get(name);
    if (row === undefined) {
      throw new EngineError('not_found', `get ${name}: no such volume`, { reason: 'volume_not_found', name });
    }
    this.#rows.set(name, { ...row, ...structuredClone(change) });
  }

  async get(name: string): Promise<VolumeRecord | undefined> {
    return structuredClone(this.#rows.get(name));
  }

  async list(): Promise<VolumeRecord[]> {
    return structuredClone([...this.#rows.values()]);
  }

  async delete(name: string): Promise<void> {
    this.#rows.delete(name);
  }
}
