import { EngineError } from '#engine/errors/index.ts';
import type { ImageRecord, ImageStore, ImageTag, ImageVariants } from '#engine/images/index.ts';
import type { ChainId, Digest } from '#engine/oci/index.ts';
import { type Db, isForeignKeyViolation } from '../db/index.ts';
import { fromJson, toJson } from './json.ts';
import { RowCache } from './row-cache.ts';

type ImageRow = NonNullable<Awaited<ReturnType<Db['image']['findUnique']>>>;
type TagRow = NonNullable<Awaited<ReturnType<Db['imageTag']['findUnique']>>>;

export class PrismaImageStore implements ImageStore {
  readonly #db: Db;
  readonly #images: RowCache<ImageRow>;
  readonly #tags: RowCache<TagRow>;

  constructor(db: Db) {
    this.#db = db;
    this.#images = new RowCache(
      () => db.image.findMany(),
      ({ id }) => id,
    );
    this.#tags = new RowCache(
      () => db.imageTag.findMany(),
      ({ reference }) => reference,
    );
  }

  async save(image: ImageRecord, references: readonly string[]): Promise<void> {
    const { id, ...data } = toRow(image);
    const tag = { imageId: id, updatedAt: image.addedAt, variantsJson: null };
    try {
      await this.#db.$transaction([
        this.#db.image.upsert({ where: { id }, create: { id, ...data }, update: data }),
        ...references.map((reference) =>
          this.#db.imageTag.upsert({ where: { reference }, create: { reference, ...tag }, update: tag }),
        ),
      ]);
    } finally {
      this.#images.forget();
      this.#tags.forget();
    }
  }

  async get(id: Digest): Promise<ImageRecord | undefined> {
    const row = await this.#images.get(id);
    return row && toRecord(row);
  }

  async findByPrefix(hex: string): Promise<Digest[]> {
    const ids = (await this.#images.all()).map(({ id }) => id as Digest);
    return ids
      .filter((id) => id.startsWith(`sha256:${hex}`))
      .sort()
      .slice(0, 2);
  }

  async list(): Promise<ImageRecord[]> {
    const rows = await this.#images.all();
    return rows.sort((a, b) => a.addedAt.getTime() - b.addedAt.getTime() || (a.id < b.id ? -1 : 1)).map(toRecord);
  }

  async childrenOf(id: Digest): Promise<Digest[]> {
    const rows = await this.#images.all();
    return rows.filter(({ parentId }) => parentId === id).map((row) => row.id as Digest);
  }

  /** Its tags go with it. */
  async delete(id: Digest): Promise<void> {
    try {
      await this.#images.write(id, async () => {
        await this.#db.image.deleteMany({ where: { id } });
        return undefined;
      });
    } finally {
      this.#tags.forget();
    }
  }

  async setTag(reference: string, imageId: Digest, at: Date, variants?: ImageVariants): Promise<void> {
    const tag = { imageId, updatedAt: at, variantsJson: variants === undefined ? null : toJson(variants) };
    try {
      await this.#tags.write(reference, () =>
        this.#db.imageTag.upsert({ where: { reference }, create: { reference, ...tag }, update: tag }),
      );
    } catch (cause) {
      if (!isForeignKeyViolation(cause)) throw cause;
      throw new EngineError('not_found', `No such image: ${imageId}`, { reason: 'image_not_found' }, { cause });
    }
  }

  async deleteTag(reference: string): Promise<boolean> {
    let deleted = false;
    await this.#tags.write(reference, async () => {
      deleted = (await this.#db.imageTag.deleteMany({ where: { reference } })).count > 0;
      return undefined;
    });
    return deleted;
  }

  async getTag(reference: string): Promise<ImageTag | undefined> {
    const row = await this.#tags.get(reference);
    return row && toTag(row);
  }

  async listTags(): Promise<ImageTag[]> {
    const rows = await this.#tags.all();
    return rows.sort((a, b) => (a.reference < b.reference ? -1 : 1)).map(toTag);
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
    parentId: image.parent ?? null,
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
    ...(row.parentId !== null && { parent: row.parentId as Digest }),
    createdAt: row.createdAt,
    addedAt: row.addedAt,
  };
}

function toTag(row: TagRow): ImageTag {
  const { reference, updatedAt, variantsJson } = row;
  const variants: ImageVariants | undefined =
    variantsJson === null ? undefined : fromJson(variantsJson, `name ${reference}`);
  return { reference, imageId: row.imageId as Digest, updatedAt, ...(variants !== undefined && { variants }) };
}
