import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createContentStore } from '#engine/content/index.ts';
import { type Digest, tryParseDigest } from '#engine/oci/index.ts';
import type { EnginePaths } from '#engine/paths.ts';
import { type EngineStores, inspectHost } from '#engine/system/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Db } from '../db/index.ts';

interface Verification {
  checked: { auditRows: number; blobs: number; rows: number };
  /** In words, one difference each; empty when all is well. */
  problems: string[];
}

/** The database, its audit chain, every stored digest, every row against disk and host. Changes nothing; the server may run meanwhile. */
export async function verifyInstance(parts: {
  db: Db;
  stores: EngineStores;
  audit: Audit;
  paths: EnginePaths;
  instance: string;
}): Promise<Verification> {
  const { db, stores, audit, paths, instance } = parts;
  const problems = await checkDatabase(db);
  const chain = await audit.verifyChain();
  if (!chain.ok) problems.push(`audit log: row ${chain.brokenAt} ${chain.problem}; compare it with a backup`);
  const blobs = await checkBlobs(paths, problems);
  const rows = await checkRows(stores, paths, blobs, problems);
  problems.push(...(await inspectHost({ paths, stores, instance })));
  return { checked: { auditRows: chain.rows, blobs: blobs.size, rows }, problems };
}

async function checkDatabase(db: Db): Promise<string[]> {
  const rows = await db.$queryRawUnsafe<Record<string, unknown>[]>('PRAGMA integrity_check');
  return rows
    .flatMap((row) => Object.values(row).map(String))
    .filter((line) => line !== 'ok')
    .map((line) => `database: ${line}; restore a backup`);
}

async function checkBlobs(paths: EnginePaths, problems: string[]): Promise<ReadonlySet<Digest>> {
  const found = new Set<Digest>();
  const content = createContentStore({ paths });
  for await (const { digest } of content.list()) {
    found.add(digest);
    const [algorithm = 'sha256', hex] = digest.split(':');
    const hash = createHash(algorithm);
    await pipeline(createReadStream(content.path(digest)), hash);
    if (hash.digest('hex') !== hex)
      problems.push(
        `blob ${digest}: its bytes have another digest; remove the images that hold it and load them again`,
      );
  }
  return found;
}

async function checkRows(
  stores: EngineStores,
  paths: EnginePaths,
  blobs: ReadonlySet<Digest>,
  problems: string[],
): Promise<number> {
  const [images, tags, snapshots, containers, volumes] = await Promise.all([
    stores.images.list(),
    stores.images.listTags(),
    stores.snapshots.list(),
    stores.containers.list(),
    stores.volumes.list(),
  ]);
  const needFolder = (what: string, path: string, todo: string) => {
    if (!existsSync(path)) problems.push(`${what}: its folder ${path} is missing; ${todo}`);
  };
  for (const image of images) {
    for (const text of [image.id, image.manifestDigest, ...image.layers.map(({ digest }) => digest)]) {
      const digest = tryParseDigest(text);
      if (digest === undefined || !blobs.has(digest))
        problems.push(`image ${image.id}: blob ${text} is missing; remove the image and load it again`);
    }
  }
  for (const { id, name, phase, state } of containers) {
    if (phase !== 'ready' || state.status === 'removing') continue;
    needFolder(`container ${name}`, paths.container(id), 'remove it and create it anew');
  }
  return images.length + tags.length + snapshots.length + containers.length + volumes.length;
}
