import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip, createZstdCompress, constants as zlibConstants } from 'node:zlib';
import { layerMediaType } from '../compression/compression.ts';
import { readableName } from '../corrupt.ts';
import { enterRoot, harden, openAt } from '../file/posix.ts';
import { noteHeader } from '../tar/tar-note.ts';
import { sealOf } from '../tar/tar-seal.ts';
import { END_OF_TAR } from '../tar/tar-writer.ts';
import { openView } from '../tree/tree-view.ts';
import type { PackRequest, PackResult } from './pack-protocol.ts';
import type { PackProgress } from './tree-packer.ts';
import { TreeWalker } from './tree-walker.ts';

const PROGRESS_MS = 100;
const CHUNK = 1 << 18;
const AT_FDCWD = -100;

/** Does one request in this process, which is inside the tree for good afterwards. */
export async function pack(
  request: PackRequest,
  output: Writable,
  onProgress: (progress: PackProgress) => void,
): Promise<PackResult> {
  const rootFd = openView(request);
  const procFd = openAt(AT_FDCWD, '/proc/self/fd', constants.O_RDONLY | constants.O_DIRECTORY);
  enterRoot(rootFd);
  harden();
  using walker = new TreeWalker(request, { rootFd, procFd });

  const tarHash = createHash('sha256');
  let tarBytes = 0;
  let last = performance.now();
  const parts = function* () {
    if (request.note !== '') yield noteHeader(request.note);
    yield* walker.pack();
  };
  const tar = function* () {
    for (const chunk of inChunks(parts())) {
      tarHash.update(chunk);
      tarBytes += chunk.length;
      if (performance.now() - last >= PROGRESS_MS) {
        last = performance.now();
        onProgress({ tarBytes, entries: walker.entries, name: readableName(walker.name) });
      }
      yield chunk;
    }
  };
  const whole = function* () {
    yield* tar();
    const end = request.seal ? sealOf(tarHash.copy().digest('hex')) : END_OF_TAR;
    tarHash.update(end);
    tarBytes += end.length;
    yield end;
  };
  const compressor = compressorFor(request.compression);
  // Without compression both digests are of the same bytes.
  const storedHash = compressor === undefined ? undefined : createHash('sha256');
  let storedBytes = 0;
  const count = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      storedHash?.update(chunk);
      storedBytes += chunk.length;
      yield chunk;
    }
  };
  const source = Readable.from(whole(), { objectMode: false, highWaterMark: CHUNK });
  if (compressor === undefined) await pipeline(source, count, output);
  else await pipeline(source, compressor, count, output);

  const diffId = `sha256:${tarHash.digest('hex')}`;
  return {
    digest: storedHash === undefined ? diffId : `sha256:${storedHash.digest('hex')}`,
    sizeBytes: storedBytes,
    diffId,
    tarBytes,
    entries: walker.entries,
    mediaType: layerMediaType(request.compression),
    notes: walker.notes,
  };
}

function compressorFor(compression: PackRequest['compression']) {
  if (compression === 'gzip') return createGzip({ chunkSize: CHUNK });
  if (compression === 'none') return undefined;
  return createZstdCompress({ chunkSize: CHUNK, params: { [zlibConstants.ZSTD_c_compressionLevel]: 3 } });
}

/** Headers and small files together: a stream costs more for each chunk than for each byte. */
function* inChunks(parts: Iterable<Buffer>): Generator<Buffer> {
  let waiting: Buffer[] = [];
  let bytes = 0;
  for (const part of parts) {
    waiting.push(part);
    bytes += part.length;
    if (bytes < CHUNK) continue;
    yield Buffer.concat(waiting);
    waiting = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(waiting);
}
