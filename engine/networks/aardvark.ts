import { execFile } from 'node:child_process';
import { access, constants, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { EngineError, errnoOf } from '../errors/index.ts';
import { type Logger, namesIn } from '../lib/index.ts';
import { aardvarkFiles, fileOf, markOf } from './aardvark-config.ts';
import { answersNames, knowsName } from './ask-names.ts';
import type { NameServer, NameZone } from './name-server.ts';

/** Where distributions put it: it is no program for people. */
const PROGRAMS = ['/usr/lib/podman/aardvark-dns', '/usr/libexec/podman/aardvark-dns', '/usr/bin/aardvark-dns'];
const PID_FILE = 'aardvark.pid';
const PORT = 53;
/** Nothing of ours; the type asks for this one. */
const CHILD_ENV = { NODE_ENV: 'production' } as const;
const START_MS = 10_000;
const READ_MS = 2_000;
const RETRY_MS = 200;
const MENDED = 'the running server mends it within 30 seconds';

/**
 * aardvark-dns as a process of its own. It reads a folder of files at its start and at SIGHUP, puts itself in the
 * background and leaves its pid in the folder; so the next server finds it by nothing but the folder.
 */
export class AardvarkServer implements NameServer {
  readonly #config: string;
  readonly #staging: string;
  readonly #log: Logger;

  /** @param root folder of its own, below the run root */
  constructor(root: string, log: Logger) {
    this.#config = join(root, 'config');
    this.#staging = join(root, 'next');
    this.#log = log;
  }

  async isAvailable(): Promise<boolean> {
    return (await findAardvark()) !== undefined;
  }

  async sync(zones: readonly NameZone[]): Promise<string[]> {
    const wanted = aardvarkFiles(zones);
    const pid = await this.#runningPid();
    if (wanted.size === 0) return await this.#end(pid);
    const changed = await this.#writeFiles(wanted);
    if (pid === undefined) {
      await this.#start();
      return ['started the name server'];
    }
    if (changed.size === 0) return [];
    signal(pid, 'SIGHUP');
    for (const zone of zones) if (changed.has(fileOf(zone))) await untilRead(zone);
    return [];
  }

  async heal(zones: readonly NameZone[]): Promise<string[]> {
    const pid = await this.#runningPid();
    if (pid === undefined || (await answersNames(zones, PORT))) return [];
    await this.#kill(pid);
    await this.#start();
    return ['started the name server anew, which did not answer'];
  }

  async problems(zones: readonly NameZone[]): Promise<string[]> {
    const wanted = aardvarkFiles(zones);
    if ((await findAardvark()) === undefined && wanted.size > 0) return [];
    const problems: string[] = [];
    const pid = await this.#runningPid();
    if (wanted.size > 0 && pid === undefined) problems.push(`the name server does not run; ${MENDED}`);
    else if (wanted.size > 0 && !(await answersNames(zones, PORT)))
      problems.push(`the name server does not answer; ${MENDED}`);
    if (wanted.size === 0 && pid !== undefined) problems.push(`name server ${pid} serves nobody; ${MENDED}`);
    const present = await this.#readFiles();
    const same = present.size === wanted.size && [...wanted].every(([name, text]) => present.get(name) === text);
    if (!same) problems.push(`${this.#config} does not hold the names of the records; ${MENDED}`);
    return problems;
  }

  async #end(pid: number | undefined): Promise<string[]> {
    await rm(this.#config, { recursive: true, force: true });
    if (pid === undefined) return [];
    await this.#kill(pid);
    return ['ended the name server'];
  }

  /**
   * It keeps nothing, and one that hangs would not hear a softer signal. Its port is free once its last thread is gone, which
   * may be later than its name: one that is started before that would find the port taken.
   */
  async #kill(pid: number): Promise<void> {
    signal(pid, 'SIGKILL');
    const until = performance.now() + START_MS;
    while ((await isHeld(pid)) && performance.now() < until) await sleep(5);
  }

  async #start(): Promise<void> {
    const program = await findAardvark();
    if (program === undefined) {
      throw new EngineError('unavailable', 'aardvark-dns is not installed: containers cannot be found by name', {
        reason: 'name_server_missing',
      });
    }
    try {
      // It comes back when its child answers, which lives on without us.
      await promisify(execFile)(program, ['--config', this.#config, '--port', String(PORT), 'run'], {
        env: CHILD_ENV,
        timeout: START_MS,
      });
    } catch (cause) {
      throw new EngineError(
        'unavailable',
        `The name server cannot be started: ${wordsOf(cause)}`,
        {
          reason: 'name_server_failed',
        },
        { cause },
      );
    }
    if ((await this.#runningPid()) === undefined) {
      throw new EngineError('unavailable', 'The name server ended at once: perhaps another one has port 53', {
        reason: 'name_server_failed',
      });
    }
    this.#log.info({ program }, 'name server started');
  }

  /** Written beside the folder and moved in, so that it never reads half a file. Gives the names of those that changed or went. */
  async #writeFiles(wanted: ReadonlyMap<string, string>): Promise<Set<string>> {
    await mkdir(this.#config, { recursive: true, mode: 0o700 });
    const present = await this.#readFiles();
    const changed = new Set<string>();
    for (const name of present.keys()) {
      if (wanted.has(name)) continue;
      await rm(join(this.#config, name), { force: true });
      changed.add(name);
    }
    for (const [name, text] of wanted) {
      if (present.get(name) === text) continue;
      await writeFile(this.#staging, text, { mode: 0o600 });
      await rename(this.#staging, join(this.#config, name));
      changed.add(name);
    }
    return changed;
  }

  async #readFiles(): Promise<Map<string, string>> {
    const names = (await namesIn(this.#config)).filter((name) => name !== PID_FILE);
    return new Map(
      await Promise.all(
        names.map(async (name) => [name, await readFile(join(this.#config, name), 'utf8')] as [string, string]),
      ),
    );
  }

  /** A pid alone proves nothing: it may be somebody else's by now. */
  async #runningPid(): Promise<number | undefined> {
    const pid = Number(await readOptional(join(this.#config, PID_FILE)));
    if (!Number.isInteger(pid) || pid <= 1) return undefined;
    const args = (await readOptional(`/proc/${pid}/cmdline`)).split('\0');
    const isOurs = basename(args[0] ?? '') === 'aardvark-dns' && args.includes(this.#config);
    return isOurs ? pid : undefined;
  }
}

/** Path of the program, when the host has it. */
export async function findAardvark(): Promise<string | undefined> {
  for (const path of PROGRAMS) {
    const runs = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return path;
  }
  return undefined;
}

async function readOptional(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const errno = errnoOf(cause);
    // It does not run, or ended while we looked.
    if (errno === 'ENOENT' || errno === 'ESRCH') return '';
    throw cause;
  }
}

/**
 * From now on its containers hear of each other. It hears a signal when it has time, and until then it says that a new name
 * does not exist; while it opens its sockets anew it says nothing.
 * @throws EngineError `unavailable`
 */
async function untilRead(zone: NameZone): Promise<void> {
  const [address = ''] = zone.listen;
  const mark = markOf(zone);
  const until = performance.now() + READ_MS;
  while (!(await knowsName(address, PORT, mark, RETRY_MS))) {
    if (performance.now() > until) {
      throw new EngineError('unavailable', 'The name server does not read its names', { reason: 'name_server_failed' });
    }
    await sleep(2);
  }
}

/** Whether a killed process still has open files: until it is reaped, or nothing but its first thread is left and dead. */
async function isHeld(pid: number): Promise<boolean> {
  const threads = await namesIn(`/proc/${pid}/task`);
  if (threads.length !== 1) return threads.length > 1;
  const state = /\) ([A-Z])/.exec(await readOptional(`/proc/${pid}/stat`))?.[1];
  return state !== undefined && state !== 'Z' && state !== 'X';
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // It ended while we looked.
    if (errnoOf(error) !== 'ESRCH') throw error;
  }
}

function wordsOf(cause: unknown): string {
  const stderr = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : '';
  return stderr !== '' ? (stderr.split('\n').at(-1) ?? '') : String(cause);
}
