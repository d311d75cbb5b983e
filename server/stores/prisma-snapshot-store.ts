import { EngineError } from '#engine/errors/index.ts';
import type { ChainId, DiffId } from '#engine/oci/index.ts';
import type { Snapshot, SnapshotStore } from '#engine/snapshots/index.ts';
import { type Db, isMissingRow, isUniqueViolation, type LateWrites, withoutSync } from '../db/index.ts';
import { RowCache } from './row-cache.ts';

type Row = NonNullable<Awaited<ReturnType<Db['snapshot']['findUnique']>>>;
type Change = Partial<Omit<Snapshot, 'key'>>;

/** The name of their table in what waits for the disk. */
const TO = 'snapshot';

/** Keys come from the database and are never given twice: a folder that was left behind meets no namesake. */
export class PrismaSnapshotStore implements SnapshotStore {
  readonly #db: Db;
  readonly #late: LateWrites;
  readonly #rows: RowCache<Row>;

  constructor(db: Db, late: LateWrites) {
    this.#db = db;
    this.#late = late;
    const keyOf = ({ key }: Row) => String(key);
    this.#rows = new RowCache(async () => late.applied(TO, await db.snapshot.findMany(), keyOf), keyOf);
    late.register(TO, ({ key: text, data }) => {
      const key = Number(text);
      return data === null
        ? db.snapshot.deleteMany({ where: { key } })
        : db.snapshot.updateMany({ where: { key }, data });
    });
  }

  async insert(snapshot: Omit<Snapshot, 'key'>): Promise<Snapshot> {
    const { kind, state, createdAt } = snapshot;
    const write = () =>
      this.#db.snapshot.create({
        data: {
          kind,
          state,
          createdAt,
          parent: snapshot.parent ?? null,
          chainId: snapshot.chainId ?? null,
          diffId: snapshot.diffId ?? null,
          owner: snapshot.owner ?? null,
          sizeBytes: BigInt(snapshot.sizeBytes),
        },
      });
    // The layer is nobody's until it is ready, or the container it was made for.
    return toSnapshot(await translating(() => this.#rows.insert(() => withoutSync(write))));
  }

  async update(key: number, change: Change): Promise<void> {
    const write = () => this.#db.snapshot.update({ where: { key }, data: toColumns(change) });
    // A container's own layer is ready before the container and goes after it said so; that row waits for the disk.
    const ofContainer = (await this.#rows.get(String(key)))?.kind === 'active';
    const inTime = () => (ofContainer ? withoutSync(write) : write());
    const { state } = change;
    await translating(
      () =>
        this.#rows.write(String(key), (row) => {
          // Only that it goes may wait for a disk that cannot be written to.
          if (row === undefined || state !== 'removing') return this.#late.inOrder(inTime);
          return this.#late.write({ to: TO, key: String(key), data: { state } }, inTime, () => ({ ...row, state }));
        }),
      key,
    );
  }

  async delete(key: number): Promise<void> {
    await this.#rows.write(String(key), async () => {
      // It says `removing` until then, and a removal can be done twice.
      const write = () => withoutSync(() => this.#db.snapshot.deleteMany({ where: { key } }));
      await this.#late.write({ to: TO, key: String(key), data: null }, write, () => undefined);
      return undefined;
    });
  }

  async get(key: number): Promise<Snapshot | undefined> {
    const row = await this.#rows.get(String(key));
    return row && toSnapshot(row);
  }

  async findByChainId(chainId: ChainId): Promise<Snapshot | undefined> {
    const row = await this.#rows.find((one) => one.chainId === chainId);
    return row && toSnapshot(row);
  }

  async findByOwner(owner: string): Promise<Snapshot | undefined> {
    const row = await this.#rows.find((one) => one.owner === owner);
    return row && toSnapshot(row);
  }

  async list(): Promise<Snapshot[]> {
    return (await this.#rows.all()).sort((a, b) => a.key - b.key).map(toSnapshot);
  }
}

async function translating<T>(write: () => Promise<T>, key?: number): Promise<T> {
  try {
    return await write();
  } catch (cause) {
    if (isUniqueViolation(cause)) {
      const message = 'There is a snapshot of this layer or container already';
      throw new EngineError('already_exists', message, { reason: 'snapshot_exists' }, { cause });
    }
    if (!isMissingRow(cause)) throw cause;
    throw new EngineError('not_found', `No such snapshot: ${key}`, { reason: 'snapshot_not_found', key }, { cause });
  }
}

/** Prisma reads undefined as "leave it": a member that is named and undefined must become null. */
function toColumns(change: Change) {
  const { kind, state, createdAt, sizeBytes } = change;
  return {
    ...(kind && { kind }),
    ...(state && { state }),
    ...(createdAt && { createdAt }),
    ...(sizeBytes !== undefined && { sizeBytes: BigInt(sizeBytes) }),
    ...('parent' in change && { parent: change.parent ?? null }),
    ...('chainId' in change && { chainId: change.chainId ?? null }),
    ...('diffId' in change && { diffId: change.diffId ?? null }),
    ...('owner' in change && { owner: change.owner ?? null }),
  };
}

function toSnapshot(row: Row): Snapshot {
  return {
    key: row.key,
    kind: row.kind as Snapshot['kind'],
    state: row.state as Snapshot['state'],
    parent: row.parent ?? undefined,
    chainId: (row.chainId ?? undefined) as ChainId | undefined,
    diffId: (row.diffId ?? undefined) as DiffId | undefined,
    owner: row.owner ?? undefined,
    sizeBytes: Number(row.sizeBytes),
    createdAt: row.createdAt,
  };
}
