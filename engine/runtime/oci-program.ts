import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../errors/index.ts';
import { CHILD_ENV, PROGRAM_FOLDERS } from './programs.ts';
import { cleanRuncText } from './runc-errors.ts';
import { RUNTIME_TIMEOUT_MS } from './shim/shim-client.ts';

export type ProgramName = 'runc' | 'crun';

/** The short runs of runc or crun that the server makes itself; containers and exec sessions are started by shims. */
export class OciProgram {
  readonly name: ProgramName;
  /** Folder of its state: each has its own, so that it says which one a container was started by. */
  readonly root: string;
  #path: string | undefined;

  constructor(name: ProgramName, root: string, path?: string) {
    this.name = name;
    this.root = root;
    this.#path = path;
  }

  /** @throws EngineError `unavailable` when it is not installed. */
  async path(): Promise<string> {
    this.#path ??= await this.find();
    // One that has gone meanwhile is told by who tries to run it.
    if (this.#path === undefined)
      throw new EngineError('unavailable', `${this.name} is not installed`, {
        reason: `${this.name}_missing`,
        exitCode: 128,
      });
    return this.#path;
  }

  async find(): Promise<string | undefined> {
    if (this.#path !== undefined) return existsSync(this.#path) ? this.#path : undefined;
    for (const folder of PROGRAM_FOLDERS) {
      const path = join(folder, this.name);
      try {
        await access(path, constants.X_OK);
        return path;
      } catch {
        // Not in this folder: the next one.
      }
    }
    return undefined;
  }

  hasState(id: string): boolean {
    return existsSync(join(this.root, id));
  }

  async version(): Promise<string | undefined> {
    const text = await this.#run(['--version']);
    return /^(?:runc|crun) version (\S+)/m.exec(text)?.[1];
  }

  /** Kills what is left and forgets the container; nothing to forget is fine. */
  async delete(id: string): Promise<void> {
    if (this.hasState(id)) await this.#run(['--root', this.root, 'delete', '-f', id]);
  }

  async pause(id: string): Promise<void> {
    await this.#run(['--root', this.root, 'pause', id]);
  }

  async resume(id: string): Promise<void> {
    await this.#run(['--root', this.root, 'resume', id]);
  }

  async #run(args: string[]): Promise<string> {
    const path = await this.path();
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const options = { timeout: RUNTIME_TIMEOUT_MS, killSignal: 'SIGKILL', env: CHILD_ENV } as const;
    execFile(path, args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(runError(this.name, args, error.killed === true, stderr, error));
    });
    return promise;
  }
}

function runError(
  name: ProgramName,
  args: readonly string[],
  killed: boolean,
  stderr: string,
  cause: unknown,
): EngineError {
  const what = args.find((arg, at) => !arg.startsWith('-') && args[at - 1] !== '--root') ?? '';
  return killed
    ? new EngineError('unavailable', `${name} ${what} did not answer in time`, { reason: 'runtime_timeout' }, { cause })
    : new EngineError(
        'unavailable',
        `${name} ${what} failed: ${cleanRuncText(stderr) || String(cause)}`,
        { reason: 'runtime_failed' },
        { cause },
      );
}
