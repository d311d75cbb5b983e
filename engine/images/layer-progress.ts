import type { Progress } from '../lib/index.ts';

/** Tells bytes of an archive that were read as progress of an operation. */
export function progressOf({
  onProgress,
  totalBytes,
}: {
  totalBytes?: number | undefined;
  onProgress?: ((progress: Progress) => void) | undefined;
}) {
  if (onProgress === undefined) return undefined;
  return ({ readBytes, name }: { readBytes: number; name: string }) =>
    onProgress({ doneBytes: readBytes, totalBytes, step: name });
}
