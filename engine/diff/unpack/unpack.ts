import { createHash } from 'node:crypto';
import { EngineError } from '../../errors/index.ts';
import { ByteSource } from '../compression/byte-source.ts';
import { detectCompression, layerMediaType, MAGIC_BYTES } from '../compression/compression.ts';
import { startDecoder } from '../compression/decode-stream.ts';
import { corrupt, readableName } from '../corrupt.ts';
import { harden, OPEN_FOLDER, openAt, visitRoot } from '../file/posix.ts';
import { SpaceGuard } from '../file/space-guard.ts';
import { LayerExtractor } from '../layer/layer-extractor.ts';
import { LowerLayers } from '../layer/lower-layers.ts';
import { noteOf } from '../tar/tar-note.ts';
import { TarReader } from '../tar/tar-reader.ts';
import { SealCheck } from '../tar/tar-seal.ts';
import { openView } from '../tree/tree-view.ts';
import { ArchiveExtractor } from './archive-extractor.ts';
import { BlobWriter, storedCompression } from './blob-writer.ts';
import { TreeInserter } from './tree-inserter.ts';
import type { UnpackProgress, UnpackRequest, UnpackResult } from './unpack-protocol.ts';

const PROGRESS_MS = 100;
const AT_FDCWD = -100;

/** Does one request in this process, which is locked into the target folder meanwhile. */
export async function unpack(
  request: UnpackRequest,
  onProgress: (progress: UnpackProgress) => void,
): Promise<UnpackResult> {
  // Everything outside is opened first, then the target becomes the root of this process.
  using source = ByteSource.open(request.sourcePath);
  const head = source.peek(MAGIC_BYTES);
  if (head.length === 0) throw corrupt('empty', 'The archive is empty');
  const compression = detectCompression(head);
  const decode = startDecoder(compression);
  const stored = request.blob === undefined ? undefined : storedCompression(compression, request.blob.compression);
  const sourceIsBlob = request.sourcePath !== undefined && stored === compression;
  using blob =
    request.blob === undefined || sourceIsBlob
      ? undefined
      : new BlobWriter(request.blob.path, { recompress: stored !== compression });
  const rootFd = openTarget(request);
  using lower = new LowerLayers(request.lowerDirs);
  process.umask(0);
  using _inside = visitRoot(rootFd);
  harden();

  const guard = new SpaceGuard(request.limits, '/');
  using extractor = extractorFor(request, { rootFd, lower, guard });
  const seal = request.kind === 'tree' ? new SealCheck() : undefined;
  const progress = progressOf(guard, onProgress);
  let note: string | undefined;
  const reader = new TarReader({
    onEntry: (entry) => {
      progress.name = entry.name;
      extractor.onEntry(entry);
    },
    onData: (chunk) => extractor.onData(chunk),
    onEntryEnd: () => extractor.onEntryEnd(),
    onComment: (text) => {
      note ??= noteOf(text);
    },
  });
  const { sourceDigest } = request;
  const needsHash = sourceDigest === undefined && (request.kind !== 'archive' || request.hashWhole === true);
  const rawHash = needsHash ? createHash('sha256') : undefined;
  // Without compression both digests are of the same bytes.
  const tarHash = compression === 'none' ? undefined : createHash('sha256');
  let readBytes = 0;
  const tap = async function* () {
    // A decoder, or a compressor, keeps what it was given for a while.
    const reuse = compression === 'none' && blob?.recompresses !== true;
    for await (const chunk of source.chunks({ reuse })) {
      rawHash?.update(chunk);
      readBytes += chunk.length;
      if (blob?.recompresses === false) await blob.push(chunk);
      progress.tick(readBytes);
      yield chunk;
    }
  };
  await decode(tap(), async (chunks) => {
    for await (const chunk of chunks) {
      guard.addTarBytes(chunk.length, readBytes, progress.name);
      tarHash?.update(chunk);
      seal?.push(chunk);
      reader.push(chunk);
      if (blob?.recompresses === true) await blob.push(chunk);
    }
    reader.end();
  });
  extractor.finish();
  const sealed = assertSealed(seal, request.sealed);

  const read = { digest: sourceDigest ?? `sha256:${rawHash?.digest('hex')}`, sizeBytes: readBytes };
  const diffId = tarHash === undefined ? read.digest : `sha256:${tarHash.digest('hex')}`;
  assertExpected(request.expect, { ...read, diffId });
  const written = blob === undefined ? read : await blob.finish();
  return {
    ...written,
    diffId,
    read,
    unpackedBytes: guard.bytes,
    entries: guard.entries,
    compression,
    sourceIsBlob,
    mediaType: layerMediaType(stored ?? compression),
    notes: extractor instanceof ArchiveExtractor ? [] : extractor.notes,
    members: extractor instanceof ArchiveExtractor ? extractor.members : [],
    sealed,
    note,
  };
}

/** @throws EngineError `data_corrupt` */
function assertSealed(seal: SealCheck | undefined, required: boolean): boolean {
  const found = seal?.result() ?? 'none';
  if (found === 'broken') throw corrupt('seal_broken', 'The archive is damaged: its content has another digest');
  if (found === 'none' && required) throw corrupt('seal_missing', 'The archive does not end with its digest');
  return found === 'whole';
}

function openTarget({ target, insert }: UnpackRequest): number {
  if (insert !== undefined) return openView({ root: target, mounts: insert.mounts, readOnly: insert.readOnly });
  return openAt(AT_FDCWD, Buffer.from(target).toString('latin1'), OPEN_FOLDER);
}

function extractorFor(
  request: UnpackRequest,
  deps: { rootFd: number; lower: LowerLayers; guard: SpaceGuard },
): LayerExtractor | ArchiveExtractor | TreeInserter {
  if (request.insert !== undefined) return new TreeInserter({ ...deps, target: request.insert });
  if (request.kind === 'archive') return new ArchiveExtractor(deps);
  return new LayerExtractor({ ...deps, plain: request.kind === 'tree' });
}

function progressOf(guard: SpaceGuard, onProgress: (progress: UnpackProgress) => void) {
  let last = performance.now();
  const state = {
    /** The entry being unpacked. */
    name: '',
    tick(readBytes: number): void {
      if (performance.now() - last < PROGRESS_MS) return;
      last = performance.now();
      onProgress({ readBytes, entries: guard.entries, name: readableName(state.name) });
    },
  };
  return state;
}

function assertExpected(
  expected: UnpackRequest['expect'],
  found: { digest: string; diffId: string; sizeBytes: number },
): void {
  for (const key of ['sizeBytes', 'digest', 'diffId'] as const) {
    const wanted = expected[key];
    if (wanted === undefined || wanted === found[key]) continue;
    const reason = { sizeBytes: 'wrong_size', digest: 'wrong_digest', diffId: 'wrong_diff_id' }[key];
    throw new EngineError('data_corrupt', `The ${key} of the layer is ${found[key]} instead of ${wanted}`, {
      reason,
      expected: wanted,
      found: found[key],
    });
  }
}
