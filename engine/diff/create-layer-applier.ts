import { join } from 'node:path';
import { Readable } from 'node:stream';
import { EngineError } from '../errors/index.ts';
import { type Logger, type OpOptions, silentLogger } from '../lib/index.ts';
import { parseDiffId, parseDigest } from '../oci/index.ts';
import type { AppliedLayer, ApplyLayerOptions, ArchiveEntry, LayerApplier, LayerLimits } from './layer-applier.ts';
import { runUnpack } from './run-unpack.ts';
import type { UnpackRequest, UnpackResult } from './unpack-protocol.ts';

const GIB = 2 ** 30;
/** gzip reaches 1030 with nothing but zeros, real file systems stay below 20. */
const LAYER_LIMITS: LayerLimits = {
  maxEntries: 1_000_000,
  maxBytes: 64 * GIB,
  maxRatio: 300,
  reserveBytes: GIB / 2,
};
/** An outer archive holds blobs and a few documents. */
const ARCHIVE_LIMITS: LayerLimits = { ...LAYER_LIMITS, maxEntries: 20_000 };

type Job = Pick<ApplyLayerOptions, 'source' | 'onProgress' | 'signal'>;

export function createLayerApplier(deps: { log: Logger }): LayerApplier {
  const closing = new AbortController();
  const running = new Set<Promise<unknown>>();

  async function run(job: Job, request: Omit<UnpackRequest, 'sourcePath'>): Promise<UnpackResult> {
    const { source } = job;
    const signal = job.signal === undefined ? closing.signal : AbortSignal.any([job.signal, closing.signal]);
    const result = runUnpack({
      request: { ...request, sourcePath: source instanceof Readable ? undefined : source.path },
      stream: source instanceof Readable ? source : undefined,
      signal,
      onProgress: job.onProgress,
    });
    running.add(result);
    try {
      return await result;
    } catch (error) {
      if (error instanceof EngineError && error.code === 'internal') {
        deps.log.error({ err: error, target: request.target }, 'unpacking failed unexpectedly');
      }
      throw error;
    } finally {
      running.delete(result);
    }
  }

  return {
    async apply(opts) {
      const result = await run(opts, {
        kind: 'layer',
        target: opts.target,
        lowerDirs: opts.lowerDirs ?? [],
        blob: opts.blob,
        expect: opts.expect ?? {},
        limits: { ...LAYER_LIMITS, ...opts.limits },
      });
      return toAppliedLayer(result);
    },

    async unpackArchive(opts) {
      const limits = { ...ARCHIVE_LIMITS, ...opts.limits };
      const { target } = opts;
      const result = await run(opts, { kind: 'archive', target, lowerDirs: [], blob: undefined, expect: {}, limits });
      return result.members.map((member): ArchiveEntry => {
        if (member.type === 'link') return member;
        const { name, sizeBytes, digest, file } = member;
        return { type: 'file', name, sizeBytes, digest: parseDigest(digest), path: join(target, file) };
      });
    },

    async [Symbol.asyncDispose]() {
      closing.abort();
      await Promise.allSettled(running);
    },
  };
}

/** Unpacks one layer's tar, compressed or not, into an existing empty folder. */
export async function applyLayer(tarStream: Readable, dir: string, opts: OpOptions = {}): Promise<AppliedLayer> {
  await using applier = createLayerApplier({ log: silentLogger });
  return await applier.apply({ source: tarStream, target: dir, signal: opts.signal });
}

function toAppliedLayer(result: UnpackResult): AppliedLayer {
  const { members: _, digest, diffId, ...rest } = result;
  return { ...rest, digest: parseDigest(digest), diffId: parseDiffId(diffId) };
}
