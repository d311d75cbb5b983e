import { EngineError } from '#engine/errors/index.ts';
import type { VolumeRecord, VolumeStore } from '#engine/volumes/index.ts';
import { type Db, isMissingRow, isUniqueViolation } from '../db/index.ts';
import { fromJson, toJson } from './json.ts';

type Row = NonNullable<Awaited<ReturnType<Db['volume']['findUnique']>>>;

export class PrismaVolumeStore implements VolumeStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  async insert(volume: VolumeRecord): Promise<void> {
    const { labels, options, pausedContainers, ...plain } = volume;
    const { name } = volume;
    try {
      const nested = { labelsJson: toJson(labels), optionsJson: toJson(options), pausedJson: toJson(pausedContainers) };
      await this.#db.volume.create({ data: { ...plain, ...nested } });
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
    const { labels, options, pausedContainers, ...plain } = change;
    const data = {
      ...plain,
      ...(labels && { labelsJson: toJson(labels) }),
      ...(options && { optionsJson: toJson(options) }),
      ...(pausedContainers && { pausedJson: toJson(pausedContainers) }),
    };
    try {
      await this.#db.volume.update({ where: { name }, data });
    } catch (cause) {
      if (!isMissingRow(cause)) throw cause;
      throw new EngineError('not_found', `No such volume: ${name}`, { reason: 'volume_not_found', name }, { cause });
    }
  }

  async get(name: string): Promise<VolumeRecord | undefined> {
    const row = await this.#db.volume.findUnique({ where: { name } });
    return row === null ? undefined : toRecord(row);
  }

  async list(): Promise<VolumeRecord[]> {
    return (await this.#db.volume.findMany({ orderBy: [{ createdAt: 'asc' }, { name: 'asc' }] })).map(toRecord);
  }

  async delete(name: string): Promise<void> {
    await this.#db.volume.deleteMany({ where: { name } });
  }
}

function toRecord(row: Row): VolumeRecord {
  const { labelsJson, optionsJson, pausedJson, ...plain } = row;
  const what = `volume ${row.name}`;
  return {
    ...plain,
    driver: row.driver as VolumeRecord['driver'],
    state: row.state as VolumeRecord['state'],
    labels: fromJson(labelsJson, what),
    options: fromJson(optionsJson, what),
    pausedContainers: fromJson(pausedJson, what),
  };
}
