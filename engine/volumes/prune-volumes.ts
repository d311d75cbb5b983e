import { isEngineError } from '../errors/index.ts';
import { openStep } from '../lib/index.ts';
import { hasLabels } from './volume-filter.ts';
import type { VolumeService } from './volume-service.ts';

/** Removes one after the other; what somebody takes into use meanwhile stays. */
export async function pruneVolumes(
  volumes: Pick<VolumeService, 'list' | 'usage' | 'remove'>,
  opts: NonNullable<Parameters<VolumeService['prune']>[0]>,
): Promise<{ removed: string[]; reclaimedBytes: number }> {
  const { all = false, label = [], notLabel = [], signal } = opts;
  const removed: string[] = [];
  let reclaimedBytes = 0;
  for (const { name, anonymous, labels } of await volumes.list({ dangling: true, label })) {
    if (!all && !anonymous) continue;
    if (notLabel.some((wanted) => hasLabels(labels, [wanted]))) continue;
    signal?.throwIfAborted();
    opts.onProgress?.({ doneBytes: reclaimedBytes, step: name });
    const step = openStep(opts, { id: name, kind: 'remove', name });
    try {
      const { sizeBytes } = await volumes.usage(name);
      await volumes.remove(name, { signal, actor: opts.actor });
      reclaimedBytes += sizeBytes;
      removed.push(name);
      step.end('done', sizeBytes);
    } catch (error) {
      if (!isEngineError(error, 'in_use') && !isEngineError(error, 'not_found')) throw error;
      step.end('kept');
    }
  }
  return { removed, reclaimedBytes };
}
