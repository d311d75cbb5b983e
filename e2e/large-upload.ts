// Uploads of generated archives, and what is left of them on the disk.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { buildTar } from '#engine/diff/testing/tar-builder.ts';
import { errnoOf } from '#engine/errors/index.ts';
import type { ApiClient } from './api-client.ts';
import type { DavitProcess } from './davit-process.ts';

const MIB = 1 << 20;
/** Longer than what a compressor remembers. */
const NOISE = randomBytes(16 * MIB);

/** A tar of one large file that cannot be compressed, made while it is read. */
function noisyArchive(mib: number): { stream: Readable; sizeBytes: number } {
  const header = buildTar([{ name: 'noise', size: mib * MIB }], { end: false });
  const parts = function* () {
    yield header;
    for (let at = 0; at < mib; at++) {
      const start = (at % 16) * MIB;
      NOISE.writeUInt32LE(at, start);
      yield NOISE.subarray(start, start + MIB);
    }
    yield Buffer.alloc(1024);
  };
  return { stream: Readable.from(parts(), { objectMode: false }), sizeBytes: mib * MIB + 512 + 1024 };
}

/** Sends it as a browser does; the answer may come long after the operation is known. */
export async function uploadNoise(
  api: ApiClient,
  davit: DavitProcess,
  opts: { mib: number; reference: string; signal?: AbortSignal },
): Promise<Response> {
  const { stream, sizeBytes } = noisyArchive(opts.mib);
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/x-tar', 'content-length': String(sizeBytes) },
    body: Readable.toWeb(stream),
    duplex: 'half',
    signal: opts.signal,
  };
  const query = new URLSearchParams({ reference: opts.reference });
  return await api.send(`${davit.url}/api/uploads/images/import?${query}`, init as unknown as RequestInit);
}

export type WireOperation = Awaited<ReturnType<ApiClient['trpc']['operations']['get']['query']>>;

/** The operation on this image once it is so. */
export async function untilOperation(
  api: ApiClient,
  name: string,
  isSo: (operation: WireOperation) => boolean,
): Promise<WireOperation> {
  for (let tries = 0; tries < 1_250; tries += 1) {
    const operations = await api.trpc.operations.list.query({});
    const found = operations.find((operation) => operation.object?.name === name);
    if (found !== undefined && isSo(found)) return found;
    await delay(200);
  }
  throw new Error(`the operation on ${name} did not get there within minutes`);
}

/** Blobs, unfinished ingests and layers below the data root. */
export async function storedFiles(davit: DavitProcess): Promise<string[]> {
  for (;;) {
    try {
      return await lookForFiles(davit);
    } catch (error) {
      // A folder that goes while it is being read.
      if (errnoOf(error) !== 'ENOENT') throw error;
    }
  }
}

async function lookForFiles(davit: DavitProcess): Promise<string[]> {
  const content = await readdir(join(davit.dataRoot, 'content'), { recursive: true, withFileTypes: true });
  const layers = await readdir(join(davit.dataRoot, 'snapshots'));
  const inContent = content
    .filter((entry) => entry.isFile() || entry.parentPath.endsWith('/ingest'))
    .map((entry) => join(entry.parentPath, entry.name));
  return [...inContent, ...layers.filter((name) => /^\d+$/.test(name))];
}

/** Measures /healthz until `stop`. */
export function probeHealth(davit: DavitProcess) {
  const worker = new Worker(new URL('./fixtures/health-probe.ts', import.meta.url), { workerData: davit.url });
  return {
    async stop(): Promise<{ count: number; medianMs: number; p95Ms: number; maxMs: number }> {
      const answered = once(worker, 'message');
      worker.postMessage('stop');
      const [times] = (await answered) as [number[]];
      times.sort((a, b) => a - b);
      const at = (share: number) => Math.round((times[Math.floor((times.length - 1) * share)] ?? 0) * 10) / 10;
      return { count: times.length, medianMs: at(0.5), p95Ms: at(0.95), maxMs: at(1) };
    },
    [Symbol.asyncDispose]: async () => void (await worker.terminate()),
  };
}

/** The most memory that the server held so far. */
export async function peakMib(davit: DavitProcess): Promise<number> {
  const status = await readFile(`/proc/${davit.pid()}/status`, 'utf8');
  return Math.round(Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) / 1024);
}
