import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { EngineError } from '#engine/errors/index.ts';

/** What is in a backup beside the records: `images` are layers, blobs and what containers wrote; `volumes` their data. */
export type BackupPart = 'images' | 'volumes';

/** Folders of the data root that a backup may hold; whatever else an archive names is refused. */
export const FOLDERS = {
  always: ['tls', 'stacks'],
  images: ['content/blobs', 'snapshots', 'containers', 'registry'],
  volumes: ['volumes'],
} as const;

export const HEADER_BYTES = 4_096;
const MAGIC = 'davit-backup 1\n';

const schema = z.object({
  release: z.string().max(64),
  createdAt: z.coerce.date(),
  parts: z.array(z.enum(['images', 'volumes'])),
  sizeBytes: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

export type BackupHeader = z.output<typeof schema>;

/**
 * The first 4096 bytes of a backup: a line that says what it is, JSON, and newlines. What follows is a tar archive of
 * `sizeBytes` with this digest (`tail -c +4097 FILE | tar -t`).
 */
export async function writeHeader(handle: FileHandle, header: BackupHeader): Promise<void> {
  const bytes = Buffer.alloc(HEADER_BYTES, '\n');
  bytes.write(MAGIC + JSON.stringify(header));
  await handle.write(bytes, 0, HEADER_BYTES, 0);
}

/** @throws EngineError `data_corrupt` when the file is no backup, or not the one its header describes */
export async function readVerifiedHeader(file: string): Promise<BackupHeader> {
  const header = await readHeader(file);
  const hash: Hash = createHash('sha256');
  let sizeBytes = 0;
  await pipeline(createReadStream(file, { start: HEADER_BYTES }), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      sizeBytes += chunk.length;
      hash.update(chunk);
    }
  });
  if (sizeBytes !== header.sizeBytes) throw damaged(file, `has ${sizeBytes} bytes instead of ${header.sizeBytes}`);
  if (hash.digest('hex') !== header.sha256) throw damaged(file, 'has other bytes than when it was written');
  return header;
}

async function readHeader(file: string): Promise<BackupHeader> {
  await using handle = await open(file, 'r');
  const bytes = Buffer.alloc(HEADER_BYTES);
  const { bytesRead } = await handle.read(bytes, 0, HEADER_BYTES, 0);
  const text = bytes.toString('utf8', 0, bytesRead);
  if (bytesRead < HEADER_BYTES || !text.startsWith(MAGIC)) throw damaged(file, 'is no backup of Davit');
  const parsed = schema.safeParse(tryJson(text.slice(MAGIC.length)));
  if (!parsed.success) throw damaged(file, 'has a header that cannot be read');
  return parsed.data;
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Said by the schema, which wants an object.
    return undefined;
  }
}

export function damaged(file: string, what: string): EngineError {
  return new EngineError('data_corrupt', `The backup ${file} ${what}`, { reason: 'backup_damaged', file });
}
