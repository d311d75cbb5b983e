import { type ContainerRecord, type ContainerStore, nameTaken } from '../containers/index.ts';
import { EngineError } from '../errors/index.ts';
import { deepFrozen } from '../lib/index.ts';
import { Table } from './table.ts';

/** Rows of containers in memory, or in a file when one is given. */
export function memoryContainerStore(file?: string): ContainerStore {
  const table = new Table<ContainerRecord>(file);
  const holderOf = (name: string) => table.list().find((row) => row.name === name);
  return {
    async insert(record) {
      const holder = holderOf(record.name);
      if (holder !== undefined) throw nameTaken(record.name, holder.id);
      if (table.has(record.id)) throw new EngineError('already_exists', `Container ${record.id} exists`);
      table.set(record.id, record);
    },
    get: async (id) => table.get(id),
    async identify(id) {
      const row = table.get(id);
      return row && { id, name: row.name, createdBy: row.createdBy, phase: row.phase };
    },
    findByName: async (name) => holderOf(name),
    findByIdPrefix: async (prefix) =>
      table
        .list()
        .filter(({ id }) => id.startsWith(prefix))
        .slice(0, 2),
    list: async () => table.list().map(deepFrozen),
    async update(id, change) {
      const holder = change.name === undefined ? undefined : holderOf(change.name);
      if (holder !== undefined && holder.id !== id) throw nameTaken(holder.name, holder.id);
      table.change(id, change);
    },
    async delete(id) {
      table.delete(id);
    },
  };
}
