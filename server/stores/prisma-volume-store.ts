import { EngineError } from '#engine/errors/index.ts';
import type { VolumeRecord, VolumeStore, VolumeUse } from '#engine/volumes/index.ts';
import { type Db, isMissingRow, isUniqueViolation } from '../db/index.ts';
import { fromJson, toJson } from './json.ts';
import { RowCache } from './row-cache.ts';

type Row = NonNullable<Awaited<ReturnType<Db['volume']['findUnique']>>>;

export class PrismaVolumeStore implements VolumeStore {
  readonly #db: Db;
  readonly #rows: RowCache<Row>;

  constructor(db: Db) {
    this.#db = db;
    this.#rows = new RowCache(
      () => db.volume.findMany(),
      ({ name }) => name,
    );
  }

  async insert(volume: VolumeRecord): Promise<void> {
    const { labels, options, pausedContainers, lastUse, ...plain } = volume;
    const { name } = volume;
    try {
      const nested = {
        labelsJson: toJson(labels),
        optionsJson: toJson(options),
        pausedJson: toJson(pausedContainers),
        ...(lastUse && toColumns(lastUse)),
      };
      await this.#rows.insert(() => this.#db.volume.create({ data: { ...plain, ...nested } }));
    } catch (cause) {
      if (!isUniqueViolation(cause)) throw cause;
      throw new EngineError(
        'already_exists',
        `Volume ${name} exists already`,
        { reason: 'volume_exists', name },
        { cause },
      );
    }
  }

  async update(name: string, change: Partial<Omit<VolumeRecord, 'name'>>): Promise<void> {
    const { labels, options, pausedContainers, lastUse, ...plain } = change;
    const data = {
      ...plain,
      ...(labels && { labelsJson: toJson(labels) }),
      ...(options && { optionsJson: toJson(options) }),
      ...(pausedContainers && { pausedJson: toJson(pausedContainers) }),
      ...(lastUse && toColumns(lastUse)),
    };
    try {
      await this.#rows.write(name, () => this.#db.volume.update({ where: { name }, data }));
    } catch (cause) {
      if (!isMissingRow(cause)) throw cause;
      throw new EngineError('not_found', `No such volume: ${name}`, { reason: 'volume_not_found', name }, { cause });
    }
  }

  async get(name: string): Promise<VolumeRecord | undefined> {
    const row = await this.#rows.get(name);
    return row && toRecord(row);
  }

  async list(): Promise<VolumeRecord[]> {
    const rows = await this.#rows.all();
    return rows
      .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || (a.name < b.name ? -1 : 1))
      .map(toRecord);
  }

  async delete(name: string): Promise<void> {
    await this.#rows.write(name, async () => {
      await this.#db.volume.deleteMany({ where: { name } });
      return undefined;
    });
  }
}

function toColumns({ containerName, at }: VolumeUse) {
  return { lastUsedBy: containerName, lastUsedAt: at };
}

function toRecord(row: Row): VolumeRecord {
  const { labelsJson, optionsJson, pausedJson, lastUsedBy, lastUsedAt, ...plain } = row;
  const what = `volume ${row.name}`;
  return {
    ...plain,
    driver: row.driver as VolumeRecord['driver'],
    state: row.state as VolumeRecord['state'],
    labels: fromJson(labelsJson, what),
    options: fromJson(optionsJson, what),
    pausedContainers: fromJson(pausedJson, what),
    lastUse: lastUsedBy === null || lastUsedAt === null ? undefined : { containerName: lastUsedBy, at: lastUsedAt },
  };
}
