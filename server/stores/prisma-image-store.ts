import { EngineError } from '#engine/errors/index.ts';
import type { ImageRecord, ImageStore, ImageTag } from '#engine/images/index.ts';
import type { ChainId, Digest } from '#engine/oci/index.ts';
import { type Db, isForeignKeyViolation } from '../db/index.ts';
import { fromJson, toJson } from './json.ts';

type ImageRow = NonNullable<Awaited<ReturnType<Db['image']['findUnique']>>>;
type TagRow = NonNullable<Awaited<ReturnType<Db['imageTag']['findUnique']>>>;

export class PrismaImageStore implements ImageStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  async save(image: ImageRecord, references: readonly string[]): Promise<void> {
    const { id, ...data } = toRow(image);
    const tag = { imageId: id, updatedAt: image.addedAt };
    await this.#db.$transaction([
      this.#db.image.upsert({ where: { id }, create: { id, ...data }, update: data }),
      ...references.map((reference) =>
        this.#db.imageTag.upsert({ where: { reference }, create: { reference, ...tag }, update: tag }),
      ),
    ]);
  }

  async get(id: Digest): Promise<ImageRecord | undefined> {
    const row = await this.#db.image.findUnique({ where: { id } });
    return row === null ? undefined : toRecord(row);
  }

  async findByPrefix(hex: string): Promise<Digest[]> {
    const where = { id: { gte: `sha256:${hex}`, lt: `sha256:${hex}~` } };
    const rows = await this.#db.image.findMany({ where, select: { id: true }, orderBy: { id: 'asc' }, take: 2 });
    return rows.map(({ id }) => id as Digest);
  }

  async list(): Promise<ImageRecord[]> {
    return (await this.#db.image.findMany({ orderBy: [{ addedAt: 'asc' }, { id: 'asc' }] })).map(toRecord);
  }

  /** Its tags go with it. */
  async delete(id: Digest): Promise<void> {
    await this.#db.image.deleteMany({ where: { id } });
  }

  async setTag(reference: string, imageId: Digest, at: Date): Promise<void> {
    const tag = { imageId, updatedAt: at };
    try {
      await this.#db.imageTag.upsert({ where: { reference }, create: { reference, ...tag }, update: tag });
    } catch (cause) {
      if (!isForeignKeyViolation(cause)) throw cause;
      throw new EngineError('not_found', `No such image: ${imageId}`, { reason: 'image_not_found' }, { cause });
    }
  }

  async deleteTag(reference: string): Promise<boolean> {
    return (await this.#db.imageTag.deleteMany({ where: { reference } })).count > 0;
  }

  async getTag(reference: string): Promise<ImageTag | undefined> {
    const row = await this.#db.imageTag.findUnique({ where: { reference } });
    return row === null ? undefined : toTag(row);
  }

  async listTags(): Promise<ImageTag[]> {
    return (await this.#db.imageTag.findMany({ orderBy: { reference: 'asc' } })).map(toTag);
  }
}

function toRow(image: ImageRecord): ImageRow {
  return {
    id: image.id,
    manifestDigest: image.manifestDigest,
    layersJson: toJson(image.layers),
    platformJson: toJson(image.platform),
    chainId: image.chainId ?? null,
    configJson: toJson(image.config),
    sizeBytes: BigInt(image.sizeBytes),
    source: image.source,
    createdAt: image.createdAt,
    addedAt: image.addedAt,
  };
}

function toRecord(row: ImageRow): ImageRecord {
  const what = `image ${row.id}`;
  return {
    id: row.id as Digest,
    manifestDigest: row.manifestDigest as Digest,
    layers: fromJson(row.layersJson, what),
    platform: fromJson(row.platformJson, what),
    chainId: (row.chainId ?? undefined) as ChainId | undefined,
    config: fromJson(row.configJson, what),
    sizeBytes: Number(row.sizeBytes),
    source: row.source as ImageRecord['source'],
    createdAt: row.createdAt,
    addedAt: row.addedAt,
  };
}

function toTag(row: TagRow): ImageTag {
  return { reference: row.reference, imageId: row.imageId as Digest, updatedAt: row.updatedAt };
}
