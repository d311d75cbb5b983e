import type { Progress, ProgressOptions } from './op-options.ts';

/**
 * What is done in a part of a long task; the closed list that pages have words for. `archive`: an archive is read and checked,
 * `unpack`, `pack`, `copy`: a tree or a layer, `remove`: an object, `record`: all of it is written to the disk and named. `reach`: an
 * address of the network answers. `start` to `unpause`: one container of many.
 */
type StepKind =
  | ('reach' | 'archive' | 'unpack' | 'pack' | 'copy' | 'remove' | 'record')
  | ('start' | 'stop' | 'restart' | 'kill' | 'pause' | 'unpause');

/** How one of the parts stands: a layer, a file, one object of many. */
export interface Step {
  /** No two parts of a task have the same one. */
  id: string;
  kind: StepKind;
  /** A name or a digest, where the kind alone does not say it. */
  name?: string | undefined;
  /** `present`: it was here already; `kept`: what was to go had come into use. What fails stays `running` to the end of the task. */
  state: 'running' | 'done' | 'present' | 'kept';
  doneBytes?: number | undefined;
  totalBytes?: number | undefined;
}

interface OpenStep {
  /** Of this part; it is the progress of the task as well. */
  progress(progress: Progress): void;
  end(state?: 'done' | 'present' | 'kept', doneBytes?: number): void;
}

/** Tells that a part begins. Whoever fails leaves it open: what became of it is known by the end of the task. */
export function openStep(
  { onProgress, onStep }: Pick<ProgressOptions, 'onProgress' | 'onStep'>,
  about: Pick<Step, 'id' | 'kind' | 'name'>,
): OpenStep {
  let bytes: Pick<Step, 'doneBytes' | 'totalBytes'> = {};
  onStep?.({ ...about, state: 'running' });
  return {
    progress(progress) {
      const { doneBytes, totalBytes } = progress;
      bytes = { doneBytes, totalBytes };
      onStep?.({ ...about, ...bytes, state: 'running' });
      onProgress?.(progress);
    },
    end(state = 'done', doneBytes = bytes.doneBytes) {
      onStep?.({ ...about, ...bytes, doneBytes, state });
    },
  };
}
