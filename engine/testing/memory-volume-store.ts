import { EngineError } from '../errors/index.ts';
import type { VolumeRecord, VolumeStore } from '../volumes/index.ts';
import { Table } from './table.ts';

/** Rows of volumes in memory, or in a file when one is given. */
export function memoryVolumeStore(file?: string): VolumeStore {
  const volumes = new Table<VolumeRecord>(file);
  return {
    async insert(volume) {
      const { name } = volume;
      if (volumes.has(name)) {
        throw new EngineError('already_exists', `Volume ${name} exists`, { reason: 'volume_exists', name });
      }
      volumes.set(name, volume);
    },
    update: async (name, change) => volumes.change(name, change),
    get: async (name) => volumes.get(name),
    list: async () => volumes.list(),
    delete: async (name) => void volumes.delete(name),
  };
}
