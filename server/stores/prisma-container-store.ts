import type { ContainerRecord, ContainerStore } from '#engine/containers/index.ts';
import { EngineError } from '#engine/errors/index.ts';
import { type ContainerId, deepFrozen } from '#engine/lib/index.ts';
import { type Db, isMissingRow, isUniqueViolation, type LateWrites, withoutSync } from '../db/index.ts';
import { stateFromJson, stateToJson } from './container-state.ts';
import { fromJson, toJson } from './json.ts';
import { RowCache } from './row-cache.ts';

type Row = NonNullable<Awaited<ReturnType<Db['container']['findUnique']>>>;

/** The name of their table in what waits for the disk. */
const TO = 'container';
/** That a container ends and goes must be possible on a disk that cannot be written to; anything else can wait itself. */
const MAY_WAIT = ['state', 'manuallyStopped', 'restartCount'];

export class PrismaContainerStore implements ContainerStore {
  readonly #db: Db;
  readonly #late: LateWrites;
  readonly #rows: RowCache<Row>;
  /** What lists have read of a row that is still the same: the whole of it is shared, so nothing of it can be changed. */
  readonly #listed = new WeakMap<Row, ContainerRecord>();

  constructor(db: Db, late: LateWrites) {
    this.#db = db;
    this.#late = late;
    const keyOf = ({ id }: Row) => id;
    this.#rows = new RowCache(async () => {
      const rows = await db.container.findMany({ orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] });
      return late.applied(TO, rows, keyOf);
    }, keyOf);
    late.register(TO, ({ key: id, data }) =>
      data === null ? db.container.deleteMany({ where: { id } }) : db.container.updateMany({ where: { id }, data }),
    );
  }

  async insert(record: ContainerRecord): Promise<void> {
    const { id } = record;
    const write = () =>
      this.#db.container.create({
        data: {
          id,
          name: record.name,
          imageId: record.imageId,
          configJson: toJson(record.config),
          processJson: toJson(record.process),
          mountsJson: toJson(record.mounts),
          stateJson: stateToJson(record.state),
          phase: record.phase,
          manuallyStopped: record.manuallyStopped,
          restartCount: record.restartCount,
          createdBy: record.createdBy ?? null,
          createdAt: record.createdAt,
        },
      });
    // One that is still being made is nobody's yet: that it is ready is what waits for the disk.
    await this.#takingName(record.name, id, () => (record.phase === 'creating' ? withoutSync(write) : write()));
  }

  async get(id: ContainerId): Promise<ContainerRecord | undefined> {
    const row = await this.#rows.get(id);
    return row && toRecord(row);
  }

  async identify(id: ContainerId): ReturnType<ContainerStore['identify']> {
    const row = await this.#rows.get(id);
    return (
      row && { id, name: row.name, createdBy: row.createdBy ?? undefined, phase: row.phase as ContainerRecord['phase'] }
    );
  }

  async findByName(name: string): Promise<ContainerRecord | undefined> {
    const row = await this.#rows.find((one) => one.name === name);
    return row && toRecord(row);
  }

  async findByIdPrefix(prefix: string): Promise<ContainerRecord[]> {
    const rows = (await this.#rows.all()).filter(({ id }) => id.startsWith(prefix));
    return rows.sort(byId).slice(0, 2).map(toRecord);
  }

  async list(): Promise<ContainerRecord[]> {
    const rows = await this.#rows.all();
    return rows
      .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || byId(a, b))
      .map((row) => this.#toListed(row));
  }

  #toListed(row: Row): ContainerRecord {
    let record = this.#listed.get(row);
    if (record === undefined) {
      record = deepFrozen(toRecord(row));
      this.#listed.set(row, record);
    }
    return record;
  }

  async update(id: ContainerId, change: Partial<Omit<ContainerRecord, 'id'>>): Promise<void> {
    const { config, process, mounts, state, createdBy, ...plain } = change;
    const data = {
      ...plain,
      ...(config && { configJson: toJson(config) }),
      ...(process && { processJson: toJson(process) }),
      ...(mounts && { mountsJson: toJson(mounts) }),
      ...(state && { stateJson: stateToJson(state) }),
      ...('createdBy' in change && { createdBy: createdBy ?? null }),
    };
    try {
      await this.#takingName(change.name ?? '', id, (row) => {
        const write = () => this.#db.container.update({ where: { id }, data });
        const mayWait = row !== undefined && Object.keys(change).every((name) => MAY_WAIT.includes(name));
        if (!mayWait) return this.#late.inOrder(write);
        return this.#late.write({ to: TO, key: id, data }, write, () => ({ ...row, ...data }));
      });
    } catch (cause) {
      if (!isMissingRow(cause)) throw cause;
      throw new EngineError('not_found', `No such container: ${id}`, { reason: 'container_not_found', id }, { cause });
    }
  }

  async delete(id: ContainerId): Promise<void> {
    await this.#rows.write(id, async () => {
      // It says `removing` on the disk until then, which the next start would finish.
      const write = () => withoutSync(() => this.#db.container.deleteMany({ where: { id } }));
      await this.#late.write({ to: TO, key: id, data: null }, write, () => undefined);
      return undefined;
    });
  }

  async #takingName(name: string, id: ContainerId, write: (row: Row | undefined) => Promise<Row>): Promise<void> {
    try {
      await this.#rows.write(id, write);
    } catch (cause) {
      if (!isUniqueViolation(cause)) throw cause;
      const holder = (await this.findByName(name))?.id ?? id;
      // The engine's own words, on which clients match; its module is too large to be loaded for them.
      const message =
        `Conflict. The container name "/${name}" is already in use by container "${holder}". ` +
        'You have to remove (or rename) that container to be able to reuse that name.';
      throw new EngineError('already_exists', message, { reason: 'name_taken', name, holder }, { cause });
    }
  }
}

function byId(a: Row, b: Row): number {
  return a.id < b.id ? -1 : 1;
}

function toRecord(row: Row): ContainerRecord {
  const what = `container ${row.id}`;
  return {
    id: row.id as ContainerId,
    name: row.name,
    imageId: row.imageId,
    config: fromJson(row.configJson, what),
    process: fromJson(row.processJson, what),
    mounts: fromJson(row.mountsJson, what),
    state: stateFromJson(row.stateJson, what),
    phase: row.phase as ContainerRecord['phase'],
    manuallyStopped: row.manuallyStopped,
    restartCount: row.restartCount,
    createdBy: row.createdBy ?? undefined,
    createdAt: row.createdAt,
  };
}
