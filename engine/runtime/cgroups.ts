import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EngineError, errnoOf } from '../errors/index.ts';
import { CGROUP_ROOT, parseCounters, StatsReader, type StatsSample } from '../stats/index.ts';
import { resourceWrites } from './resource-files.ts';
import type { Resources } from './runtime.ts';

const KILL_TIMEOUT_MS = 10_000;

/**
 * The control groups `/<instance>/<id>` of one instance, in version 1 (a folder per controller) or 2 (one folder).
 * Files of these file systems are answered from memory: they are read synchronously, a sample takes about 0.1 ms.
 */
export class Cgroups {
  readonly version: 1 | 2;
  readonly #instance: string;
  readonly #root: string;
  readonly #reader: StatsReader;

  constructor(opts: { instance: string; version: 1 | 2; root?: string }) {
    this.version = opts.version;
    this.#instance = opts.instance;
    this.#root = opts.root ?? CGROUP_ROOT;
    this.#reader = new StatsReader(opts);
  }

  /** For the spec: below the mount point of every controller. */
  pathOf(id: string): string {
    return `/${this.#instance}/${id}`;
  }

  /** File with an `oom_kill N` line; the shim reads it before the group is removed. */
  oomFile(id: string): string {
    return this.#file('memory', id, this.version === 2 ? 'memory.events' : 'memory.oom_control');
  }

  /** The list of processes of a group that is there before any container. */
  get rootProcs(): string {
    // Of version 1 any hierarchy does; this one is needed for pausing.
    return join(this.#root, this.version === 2 ? '' : 'freezer', 'cgroup.procs');
  }

  /** How many processes the kernel has killed for memory since the start; 0 when the group is gone. */
  oomKills(id: string): number {
    return parseCounters(tryRead(this.oomFile(id)) ?? '').get('oom_kill') ?? 0;
  }

  exists(id: string): boolean {
    return this.#folders(id).some((folder) => existsSync(folder));
  }

  /** Every process of the container, exec sessions and nested groups included. */
  pids(id: string): number[] {
    const found = new Set<number>();
    for (const folder of this.#folders(id)) collectPids(folder, found);
    return [...found];
  }

  isFrozen(id: string): boolean {
    if (this.version === 2) return tryRead(this.#file('', id, 'cgroup.freeze'))?.trim() === '1';
    // A group that is still freezing counts: its processes cannot answer.
    return tryRead(this.#file('freezer', id, 'freezer.state'))?.startsWith('FR') ?? false;
  }

  async thaw(id: string): Promise<void> {
    const file = this.version === 2 ? this.#file('', id, 'cgroup.freeze') : this.#file('freezer', id, 'freezer.state');
    await writeIfThere(file, this.version === 2 ? '0' : 'THAWED');
  }

  /**
   * Kills every process of the container and waits until none is left.
   *
   * @throws EngineError `deadline_exceeded` when one does not go (it hangs in the kernel).
   */
  async killAll(id: string): Promise<void> {
    const end = performance.now() + KILL_TIMEOUT_MS;
    for (let pause = 1; ; pause = Math.min(pause * 2, 100)) {
      if (this.version === 2) await writeIfThere(this.#file('', id, 'cgroup.kill'), '1');
      const left = this.pids(id).filter((pid) => signalProcess(pid));
      if (left.length === 0) return;
      // Version 1 delivers even a kill to a frozen process only after the thaw.
      await this.thaw(id);
      if (performance.now() > end)
        throw new EngineError('deadline_exceeded', `Processes of container ${id.slice(0, 12)} do not end`, {
          reason: 'processes_stuck',
          pids: left,
        });
      await sleep(pause);
    }
  }

  /**
   * Changes limits of a running container; when the kernel refuses one, those before it are put back.
   *
   * @throws EngineError `conflict` when more memory is in use than would be allowed, `invalid_argument` for another refusal
   */
  async update(id: string, change: Resources): Promise<void> {
    const read = (controller: string, file: string) => tryRead(this.#file(controller, id, file))?.trim();
    const before: { path: string; value: string }[] = [];
    for (const { controller, file, value } of resourceWrites(change, this.version, read)) {
      const path = this.#file(controller, id, file);
      const old = read(controller, file);
      try {
        if (this.version === 2 && file === 'memory.max') this.#assertFits(id, Number(value));
        await writeFile(path, value, { flag: 'r+' });
      } catch (error) {
        // Best effort: the refusal is what must be told.
        for (const step of before.reverse())
          await writeFile(step.path, step.value, { flag: 'r+' }).catch(() => undefined);
        const usage = read('memory', this.version === 2 ? 'memory.current' : 'memory.usage_in_bytes');
        throw writeRefused(id, file, value, usage, error);
      }
      if (old !== undefined) before.push({ path, value: old });
    }
  }

  /** Version 1 refuses a limit below what is in use with EBUSY; version 2 takes it and kills, so we refuse in its place. */
  #assertFits(id: string, limit: number): void {
    const { current, stat } = {
      current: Number(tryRead(this.#file('', id, 'memory.current')) ?? 0),
      stat: parseCounters(tryRead(this.#file('', id, 'memory.stat')) ?? ''),
    };
    const cached = ['active_file', 'inactive_file', 'slab_reclaimable'].map((name) => stat.get(name) ?? 0);
    const held = cached.reduce((left, bytes) => left - bytes, current);
    // "max" is no number, and nothing is above that.
    if (held > limit) throw Object.assign(new Error('memory is in use'), { code: 'EBUSY' });
  }

  /** Removes the empty groups. */
  async remove(id: string): Promise<void> {
    // Each hierarchy is a file system of its own.
    await Promise.all(this.#folders(id).map((folder) => removeTree(folder)));
  }

  /** Names below the instance's own group. */
  list(): string[] {
    const names = new Set<string>();
    for (const folder of this.#folders('')) {
      if (!existsSync(folder)) continue;
      for (const entry of readdirSync(folder, { withFileTypes: true })) if (entry.isDirectory()) names.add(entry.name);
    }
    return [...names];
  }

  /** @throws EngineError `not_found` when the container has no group (any more). */
  sample(id: string, pid: number, at: Date, opts: { detail?: boolean } = {}): StatsSample {
    return this.#reader.sample(id, pid, at, opts);
  }

  #file(controller: string, id: string, name: string): string {
    return this.version === 2
      ? join(this.#root, this.#instance, id, name)
      : join(this.#root, controller, this.#instance, id, name);
  }

  #folders(id: string): string[] {
    if (this.version === 2) return [join(this.#root, this.#instance, id)];
    // Every mounted hierarchy, the named and the unified one too: runc makes a group in each.
    return readdirSync(this.#root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(this.#root, entry.name, this.#instance, id));
  }
}

function writeRefused(id: string, file: string, value: string, usage: string | undefined, cause: unknown): EngineError {
  const busy = errnoOf(cause) === 'EBUSY' && file.startsWith('memory.');
  const words = busy
    ? `unable to set memory limit to ${value} (current usage: ${usage ?? 'unknown'})`
    : `failed to write "${value}" to ${file}: ${errnoOf(cause) ?? String(cause)}`;
  return new EngineError(
    busy ? 'conflict' : 'invalid_argument',
    `Cannot update container ${id}: ${words}`,
    { reason: busy ? 'memory_in_use' : 'limit_refused', file, value },
    { cause },
  );
}

function collectPids(folder: string, into: Set<number>): void {
  const text = tryRead(join(folder, 'cgroup.procs'));
  if (text === undefined) return;
  for (const line of text.split('\n')) if (Number(line) > 0) into.add(Number(line)); // 0: a process this server's pid namespace cannot see
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) collectPids(join(folder, entry.name), into);
}

/** False when the process is gone. A zombie is gone too, though its group still lists it on slow machines. */
function signalProcess(pid: number): boolean {
  const state = /\) (\S)/.exec(tryRead(`/proc/${pid}/stat`) ?? '')?.[1];
  if (state === undefined || state === 'Z' || state === 'X') return false;
  try {
    process.kill(pid, 'SIGKILL');
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ESRCH') return false;
    throw error;
  }
}

function tryRead(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'ENODEV' || code === 'EOPNOTSUPP') return undefined;
    throw error;
  }
}

async function writeIfThere(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'r+' });
  } catch (error) {
    const code = errnoOf(error);
    if (code !== 'ENOENT' && code !== 'ENODEV') throw error;
  }
}

async function removeTree(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) await removeTree(join(folder, entry.name));
  for (let tries = 0; ; tries++) {
    try {
      await rmdir(folder);
      return;
    } catch (error) {
      const code = errnoOf(error);
      if (code === 'ENOENT') return;
      // The kernel needs a moment after the last process.
      if (code !== 'EBUSY' || tries >= 50) throw error;
      await sleep(10);
    }
  }
}
