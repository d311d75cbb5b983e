import type { Kernel } from '../kernel/index.ts';
import type { Clock, Logger } from '../lib/index.ts';
import type { EnginePaths } from '../paths.ts';
import type { ProgramName } from './oci-program.ts';
import { OciRuntime } from './oci-runtime.ts';
import type { Runtime } from './runtime.ts';

export interface RuntimeOptions {
  paths: EnginePaths;
  /** Name of the instance: the control groups are below it. */
  instance: string;
  /** The compiled shim, see `ensureShim`. */
  shimPath: string;
  kernel: Pick<Kernel, 'startDetached' | 'removeSmallTree'>;
  log: Logger;
  clock: Clock;
  /** Default: the first runc of the usual folders. */
  runcPath?: string | undefined;
  /** What containers are started by; default `auto`: crun where a trial shows that it works, else runc. */
  program?: ProgramName | 'auto' | undefined;
}

/** The runtime of this machine. Disposing it leaves every container running. */
export function createRuntime(options: RuntimeOptions): Runtime {
  return new OciRuntime(options);
}
