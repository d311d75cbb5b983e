import { EngineError } from '../errors/index.ts';
import type { EnginePaths } from '../paths.ts';
import { OciProgram, type ProgramName } from './oci-program.ts';

/** What containers are started by, and why it is this one. */
export interface Choice {
  program: OciProgram;
  /** The unified hierarchy beside version 1 is out of its sight: crun refuses to work with both. */
  hideUnified: boolean;
  why: 'asked' | 'quicker' | 'crun_missing' | 'crun_fails';
  /** What crun said in the trial that failed. */
  said: string;
}

/** One start of a small program in a root of its own: undefined when it worked, else what went wrong. */
export type Trial = (program: OciProgram, opts: { hideUnified: boolean }) => Promise<string | undefined>;

/** Both programs of a host, and which of them new containers are started by. */
export class Programs {
  readonly #asked: ProgramName | 'auto';
  readonly #runc: OciProgram;
  readonly #crun: OciProgram;
  readonly #hybrid: boolean;
  readonly #trial: Trial;
  #choice: Promise<Choice> | undefined;

  constructor(opts: {
    paths: Pick<EnginePaths, 'runcRoot' | 'crunRoot'>;
    asked: ProgramName | 'auto';
    /** Default: the first one of the usual folders. */
    runcPath?: string | undefined;
    crunPath?: string | undefined;
    /** Version 1 with the unified hierarchy beside it. */
    hybrid: boolean;
    trial: Trial;
  }) {
    this.#asked = opts.asked;
    this.#runc = new OciProgram('runc', opts.paths.runcRoot, opts.runcPath);
    this.#crun = new OciProgram('crun', opts.paths.crunRoot, opts.crunPath);
    this.#hybrid = opts.hybrid;
    this.#trial = opts.trial;
  }

  /** Decided at the first call, for as long as the server runs. @throws EngineError `unavailable` when the one that was asked for does not work */
  chosen(): Promise<Choice> {
    if (this.#choice !== undefined) return this.#choice;
    const choosing = this.#choose();
    this.#choice = choosing;
    // Whoever waits hears of the failure; the next one tries again.
    choosing.catch(() => {
      if (this.#choice === choosing) this.#choice = undefined;
    });
    return choosing;
  }

  /** Which one a container was started by; without any state of it, what a new one would be. */
  async of(id: string): Promise<OciProgram> {
    return this.all().find((program) => program.hasState(id)) ?? (await this.chosen()).program;
  }

  all(): OciProgram[] {
    return [this.#runc, this.#crun];
  }

  async #choose(): Promise<Choice> {
    if (this.#asked === 'runc') return { program: this.#runc, hideUnified: false, why: 'asked', said: '' };
    if ((await this.#crun.find()) === undefined) return this.#withoutCrun('crun_missing', 'crun is not installed');
    let said: string | undefined;
    for (const hideUnified of this.#hybrid ? [false, true] : [false]) {
      said = await this.#trial(this.#crun, { hideUnified });
      if (said === undefined) {
        return { program: this.#crun, hideUnified, why: this.#asked === 'crun' ? 'asked' : 'quicker', said: '' };
      }
    }
    return this.#withoutCrun('crun_fails', said ?? '');
  }

  #withoutCrun(why: 'crun_missing' | 'crun_fails', said: string): Choice {
    if (this.#asked === 'auto') return { program: this.#runc, hideUnified: false, why, said };
    const message = why === 'crun_missing' ? said : `crun does not work on this host: ${said}`;
    throw new EngineError('unavailable', message, { reason: why, exitCode: 128 });
  }
}
