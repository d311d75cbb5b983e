import { availableParallelism } from 'node:os';
import { EngineError } from '../errors/index.ts';
import { type Logger, Slots } from '../lib/index.ts';
import { parseDiffId, parseDigest } from '../oci/index.ts';
import { runPack } from './run-pack.ts';
import type { PackedTree, PackTreeOptions, TreePacker } from './tree-packer.ts';

/** A few more than cores, so that slow readers of downloads do not hold up all others. */
const CONCURRENCY = Math.max(4, availableParallelism());
const MAX_WAITING = 64;

/** @param deps.concurrency children at once; the others wait for their turn */
export function createTreePacker(deps: { log: Logger; concurrency?: number }): TreePacker {
  const closing = new AbortController();
  const running = new Set<Promise<unknown>>();
  const slots = new Slots({ count: deps.concurrency ?? CONCURRENCY, maxWaiting: MAX_WAITING });

  async function inTurn(opts: PackTreeOptions): Promise<PackedTree> {
    const signal = opts.signal === undefined ? closing.signal : AbortSignal.any([opts.signal, closing.signal]);
    try {
      using _slot = await slots.acquire(signal);
      const { root, path = '', as = '', omitTop = false, form = 'exact', compression = 'none', seal = false } = opts;
      const { mounts = [], enterMounts = [], note = '' } = opts;
      const request = { root, mounts, enterMounts, path, as, omitTop, form, compression, seal, note };
      const { digest, diffId, ...rest } = await runPack({
        request,
        sink: opts.sink,
        signal,
        onBegin: opts.onBegin,
        onProgress: opts.onProgress,
      });
      return { ...rest, digest: parseDigest(digest), diffId: parseDiffId(diffId) };
    } catch (error) {
      opts.sink.destroy();
      if (error instanceof EngineError && error.code === 'internal') {
        deps.log.error({ err: error, root: opts.root }, 'packing failed unexpectedly');
      }
      throw error;
    }
  }

  return {
    async pack(opts) {
      const result = inTurn(opts);
      running.add(result);
      try {
        return await result;
      } finally {
        running.delete(result);
      }
    },

    async [Symbol.asyncDispose]() {
      closing.abort();
      await Promise.allSettled(running);
    },
  };
}
