import { link } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { isEngineError } from '../../errors/index.ts';
import { type Logger, type OpOptions, silentLogger } from '../../lib/index.ts';
import { parseDiffId, parseDigest } from '../../oci/index.ts';
import type { DiffChild } from '../child/child.ts';
import { ChildTurns } from '../child/child-turns.ts';
import { SpareChild } from '../child/spare-child.ts';
import { runUnpack, sourceFailed, startUnpacker } from '../unpack/run-unpack.ts';
import type { UnpackRequest, UnpackResult } from '../unpack/unpack-protocol.ts';
import type { AppliedLayer, ApplyLayerOptions, ArchiveEntry, ArchiveInserter, LayerApplier } from './layer-applier.ts';
import { ARCHIVE_LIMITS, LAYER_LIMITS, TREE_LIMITS } from './layer-limits.ts';

const BARE = { lowerDirs: [], blob: undefined, expect: {}, sealed: false } as const;

type Job = Pick<ApplyLayerOptions, 'source' | 'onProgress' | 'onReceived' | 'signal'>;
type Asked = Omit<UnpackRequest, 'sourcePath' | 'stays'>;

/** Aborted when a source breaks, which would otherwise be noticed only when its turn comes. */
function endOf(stream: Readable): AbortSignal {
  const end = new AbortController();
  const onEnd = () => end.abort();
  stream.once('error', onEnd).once('close', onEnd);
  if (stream.destroyed) onEnd();
  return end.signal;
}

/** @param deps.concurrency children at once; the others wait for their turn */
export function createLayerApplier(deps: { log: Logger; concurrency?: number }): LayerApplier & ArchiveInserter {
  const turns = new ChildTurns(deps);
  const spare = new SpareChild();

  function run(job: Job, asked: Asked): Promise<UnpackResult> {
    const about = { target: asked.target };
    return turns.run({ task: 'unpacking', about, signal: job.signal }, (signal, turn) =>
      inTurn(job, asked, signal, turn),
    );
  }

  async function inTurn(
    job: Job,
    asked: Asked,
    signal: AbortSignal,
    turn: (further?: AbortSignal) => Promise<Disposable>,
  ): Promise<UnpackResult> {
    const { source } = job;
    const stream = source instanceof Readable ? source : undefined;
    const sourcePath = source instanceof Readable ? undefined : source.path;
    try {
      using _turn = await turn(stream && endOf(stream));
      // The layers of an archive come one after the other; only a file can be read by a child that has read its stdin.
      const stays = asked.kind === 'archive' || (asked.kind === 'layer' && sourcePath !== undefined);
      const child = () => (sourcePath === undefined ? undefined : spare.take()) ?? startUnpacker();
      const request: UnpackRequest = { ...asked, sourcePath, stays };
      const keep = (idle: DiffChild) => spare.keep(idle);
      const result = await runUnpack({ child, request, stream, signal, onProgress: job.onProgress, keep });
      const { digest, sizeBytes } = result.read;
      job.onReceived?.({ digest: parseDigest(digest), sizeBytes });
      return result;
    } catch (error) {
      const lost = stream?.destroyed === true && !signal.aborted && isEngineError(error, 'cancelled');
      throw lost ? sourceFailed(stream.errored ?? new Error('it ended before its turn')) : error;
    } finally {
      stream?.destroy();
    }
  }

  return {
    async apply(opts) {
      const result = await run(opts, {
        kind: 'layer',
        sealed: false,
        target: opts.target,
        lowerDirs: opts.lowerDirs ?? [],
        blob: opts.blob,
        expect: opts.expect ?? {},
        limits: { ...LAYER_LIMITS, ...opts.limits },
        sourceDigest: opts.source instanceof Readable ? undefined : opts.source.digest,
      });
      if (result.sourceIsBlob && opts.blob !== undefined && !(opts.source instanceof Readable)) {
        await link(opts.source.path, opts.blob.path);
      }
      return toAppliedLayer(result);
    },

    async unpackArchive(opts) {
      const limits = { ...ARCHIVE_LIMITS, ...opts.limits };
      const { target } = opts;
      const hashWhole = opts.onReceived !== undefined;
      const result = await run(opts, { ...BARE, kind: 'archive', target, limits, hashWhole });
      return result.members.map((member): ArchiveEntry => {
        if (member.type === 'link') return member;
        const { name, sizeBytes, digest, file } = member;
        return { type: 'file', name, sizeBytes, digest: parseDigest(digest), path: join(target, file) };
      });
    },

    async unpackTree(opts) {
      const { target, requireSeal: sealed, digest } = opts;
      const limits = { ...TREE_LIMITS, ...opts.limits };
      const expect = digest === undefined ? {} : { digest };
      const result = await run(opts, { ...BARE, kind: 'tree', target, sealed, expect, limits });
      const { sizeBytes, unpackedBytes, entries, notes } = result;
      return {
        digest: parseDigest(result.digest),
        sizeBytes,
        unpackedBytes,
        entries,
        sealed: result.sealed,
        note: result.note,
        notes,
      };
    },

    async insert({ view, into, ...job }) {
      const { entries, unpackedBytes, notes } = await run(job, {
        ...BARE,
        kind: 'insert',
        target: view.root,
        limits: LAYER_LIMITS,
        insert: { ...into, mounts: view.mounts, readOnly: view.readOnly },
      });
      return { entries, unpackedBytes, notes };
    },

    async [Symbol.asyncDispose]() {
      await turns[Symbol.asyncDispose]();
      spare[Symbol.dispose]();
    },
  };
}

/** Unpacks one layer's tar, compressed or not, into an existing empty folder. */
export async function applyLayer(tarStream: Readable, dir: string, opts: OpOptions = {}): Promise<AppliedLayer> {
  await using applier = createLayerApplier({ log: silentLogger });
  return await applier.apply({ source: tarStream, target: dir, signal: opts.signal });
}

function toAppliedLayer(result: UnpackResult): AppliedLayer {
  const { digest, diffId, sizeBytes, unpackedBytes, entries, compression, mediaType, notes } = result;
  const digests = { digest: parseDigest(digest), diffId: parseDiffId(diffId) };
  return { ...digests, sizeBytes, unpackedBytes, entries, compression, mediaType, notes };
}
