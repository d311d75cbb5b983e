import type { Logger } from '../../lib/index.ts';
import { parseDiffId, parseDigest } from '../../oci/index.ts';
import { ChildTurns } from '../child/child-turns.ts';
import { runPack } from './run-pack.ts';
import type { PackedTree, PackTreeOptions, TreePacker } from './tree-packer.ts';

/** @param deps.concurrency children at once; the others wait for their turn */
export function createTreePacker(deps: { log: Logger; concurrency?: number }): TreePacker {
  const turns = new ChildTurns(deps);
  return {
    pack(opts) {
      const { root, sink, signal: asked } = opts;
      return turns.run({ task: 'packing', about: { root }, signal: asked }, async (signal, turn) => {
        try {
          using _turn = await turn();
          return await pack(opts, signal);
        } catch (error) {
          sink.destroy();
          throw error;
        }
      });
    },
    [Symbol.asyncDispose]: () => turns[Symbol.asyncDispose](),
  };
}

async function pack(opts: PackTreeOptions, signal: AbortSignal): Promise<PackedTree> {
  const { root, path = '', as = '', omitTop = false, form = 'exact', compression = 'none', seal = false } = opts;
  const { mounts = [], enterMounts = [], note = '', sink, onBegin, onProgress } = opts;
  const request = { root, mounts, enterMounts, path, as, omitTop, form, compression, seal, note };
  const { digest, diffId, ...rest } = await runPack({ request, sink, signal, onBegin, onProgress });
  return { ...rest, digest: parseDigest(digest), diffId: parseDiffId(diffId) };
}
