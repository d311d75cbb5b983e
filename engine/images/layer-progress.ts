import type { openStep } from '../lib/index.ts';

/** Tells bytes of an archive that were read as progress of a part of an operation. */
export function progressOf(step: Pick<ReturnType<typeof openStep>, 'progress'>, totalBytes?: number) {
  return ({ readBytes, name }: { readBytes: number; name: string }) =>
    step.progress({ doneBytes: readBytes, totalBytes, step: name });
}
