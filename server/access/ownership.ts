import type { Clock } from '#engine/lib/index.ts';
import type { Db } from '../db/index.ts';

type OwnedType = 'image' | 'volume' | 'network' | 'stack';

/** Who made what, for objects whose engine record does not say. */
export interface Ownership {
  /** The first one keeps it: asking again for an existing volume does not make it yours. */
  claim(type: OwnedType, objectId: string, userId: string): Promise<void>;
  ownerOf(type: OwnedType, objectId: string): Promise<string | undefined>;
  /** All of a type in one question, for lists. */
  ownersOf(type: OwnedType): Promise<ReadonlyMap<string, string>>;
  /** To be called when the object is gone, or its next namesake inherits the owner. */
  release(type: OwnedType, objectId: string): Promise<void>;
}

export function createOwnership(db: Db, opts: { environmentId: string; clock: Clock }): Ownership {
  const { environmentId, clock } = opts;
  const key = (objectType: OwnedType, objectId: string) => ({
    environmentId_objectType_objectId: { environmentId, objectType, objectId },
  });
  return {
    async claim(objectType, objectId, userId) {
      const create = { environmentId, objectType, objectId, userId, createdAt: clock() };
      await db.ownership.upsert({ where: key(objectType, objectId), create, update: {} });
    },
    async ownerOf(objectType, objectId) {
      return (await db.ownership.findUnique({ where: key(objectType, objectId) }))?.userId;
    },
    async ownersOf(objectType) {
      const rows = await db.ownership.findMany({ where: { environmentId, objectType } });
      return new Map(rows.map(({ objectId, userId }) => [objectId, userId]));
    },
    async release(objectType, objectId) {
      await db.ownership.deleteMany({ where: { environmentId, objectType, objectId } });
    },
  };
}
