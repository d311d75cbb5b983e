import { PassThrough } from 'node:stream';
import type { LayerApplier, TreePacker } from '../diff/index.ts';
import type { ProgressOptions } from '../lib/index.ts';
import type { VolumeCopy } from './volume-service.ts';

interface CopyDeps {
  packer: Pick<TreePacker, 'pack'>;
  applier: Pick<LayerApplier, 'unpackTree'>;
}

/**
 * Everything below one folder into an empty one, through the two processes that are locked into their folders: what a
 * container does in its volume meanwhile cannot lead either of them elsewhere.
 */
export async function copyVolume(
  { packer, applier }: CopyDeps,
  { root, target, signal, onProgress }: ProgressOptions & { root: string; target: string },
): Promise<VolumeCopy> {
  const failed = new AbortController();
  const both = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal]);
  const pipe = new PassThrough({ highWaterMark: 1 << 20 });
  const progress = ({ tarBytes, name: step }: { tarBytes: number; name: string }) =>
    onProgress?.({ doneBytes: tarBytes, step });
  const work = [
    packer.pack({ root, sink: pipe, seal: true, signal: both, onProgress: progress }),
    applier.unpackTree({ source: pipe, target, requireSeal: true, signal: both }),
  ] as const;
  try {
    const [packed, unpacked] = await Promise.all(work);
    return { entries: unpacked.entries, notes: [...packed.notes, ...unpacked.notes] };
  } catch (error) {
    // The first failure counts; the other half ends before anybody removes what it writes to.
    failed.abort();
    await Promise.allSettled(work);
    throw error;
  }
}
