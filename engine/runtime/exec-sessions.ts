import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { errnoOf } from '../errors/index.ts';
import { type ContainerId, type ExecId, tryParseExecId } from '../lib/index.ts';
import type { Programs } from './choose-program.ts';
import type { RuntimeOptions } from './create-runtime.ts';
import type { HostFacts } from './host-facts.ts';
import { execIds, readExit } from './leftovers.ts';
import { killSession, readStat, signalIfSame } from './processes.ts';
import { startError } from './runc-errors.ts';
import type { AttachStream, ExecSpec, ExecTask, ExitRecord } from './runtime.ts';
import { type ShimConnection, ShimStartFailure } from './shim/connection.ts';
import { connectShim, execFolder, startShim } from './shim/shim-client.ts';
import { buildExecProcess } from './spec.ts';

/** Of a terminal's output, what its shim keeps for a server that was started anew: as much as a viewer is shown again. */
const REPLAY_BYTES = 256 * 1024;

interface Deps extends Pick<RuntimeOptions, 'paths' | 'shimPath' | 'kernel' | 'log' | 'clock'> {
  programs: Programs;
  host: HostFacts;
  /** See `wake.c` of the shim. */
  wakeFile: string;
}

/** What an exec session takes over from the container's own config.json. */
const bundleConfig = z.object({
  process: z.object({
    capabilities: z.object({ bounding: z.array(z.string()) }),
    rlimits: z.array(z.object({ type: z.string(), soft: z.number(), hard: z.number() })).optional(),
    noNewPrivileges: z.boolean().optional(),
    oomScoreAdj: z.number().optional(),
  }),
});

type Inherited = z.infer<typeof bundleConfig>['process'];

/** What the file written for the start still tells after a restart of the server. */
const startedProcess = z.object({ args: z.array(z.string()), terminal: z.boolean().optional() });

type Started = Pick<ExecTask, 'args' | 'tty'>;

/** Further processes in running containers, each with a shim and a folder `exec/<id>` of its own. */
export class ExecSessions implements Disposable {
  readonly #deps: Deps;
  readonly #monitors = new Set<ShimConnection>();
  /** By container that runs: its file does not change until it starts again. */
  readonly #inherited = new Map<ContainerId, Inherited>();
  #disposed = false;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  async start(spec: ExecSpec): Promise<ExecTask> {
    const { programs, shimPath, kernel, host, wakeFile } = this.#deps;
    const dir = this.#dir(spec.containerId, spec.id);
    const process = buildExecProcess(spec, await this.#inheritedOf(spec.containerId), host);
    const program = await programs.of(spec.containerId);
    const file = join(dir, 'process.json');
    // The run root lies in memory: handing such calls to another thread takes longer than they do.
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    try {
      writeFileSync(file, JSON.stringify(process), { mode: 0o600 });
      const args = [
        `--id=${spec.containerId}`,
        `--wake=${wakeFile}`,
        `--process=${file}`,
        `--runtime=${await program.path()}`,
        `--root=${program.root}`,
        ...(program.name === 'crun' ? ['--crun'] : []),
        ...(spec.tty ? ['--tty', `--replay=${REPLAY_BYTES}`] : []),
        ...(spec.tty && spec.consoleSize !== undefined
          ? [`--size=${spec.consoleSize.rows}x${spec.consoleSize.columns}`]
          : []),
        ...(spec.openStdin ? ['--stdin'] : []),
        // A terminal stays when its viewer leaves, the server killed included: its shell must not be told to end.
        ...(spec.openStdin && !spec.tty ? ['--stdin-once'] : []),
      ];
      const { monitor, early, hello } = await startShim({ shimPath, args, dir, early: true, kernel });
      return this.#watch(spec, spec.containerId, hello.pid, monitor, early ?? monitor);
    } catch (error) {
      await rm(dir, { recursive: true, force: true });
      throw error instanceof ShimStartFailure ? startError('exec', error.said, spec.args[0]) : error;
    }
  }

  /** The configuration of the container is written anew, or gone. */
  forget(containerId: ContainerId): void {
    this.#inherited.delete(containerId);
  }

  async list(containerId: ContainerId): Promise<(Started & { id: ExecId })[]> {
    const folder = this.#deps.paths.runContainer(containerId);
    return Promise.all(
      // The folders are named by us.
      (await execIds(folder)).map(async (name) => ({
        id: name as ExecId,
        ...(await readStarted(execFolder(folder, name))),
      })),
    );
  }

  async recover(containerId: ContainerId, id: ExecId): Promise<ExecTask | undefined> {
    // Its folder is named by it and removed below: nothing but an id may become a path here, whoever passed it on.
    if (tryParseExecId(id) === undefined) return undefined;
    const dir = this.#dir(containerId, id);
    const monitor = await connectShim(dir, 'events');
    const stream = monitor && (await connectShim(dir, 'block', { replay: true }));
    const started = await readStarted(dir);
    if (monitor !== undefined && stream !== undefined)
      return this.#watch({ id, ...started }, containerId, (await monitor.running).pid, monitor, stream);
    monitor?.close();
    const exit = await readExit(dir);
    await rm(dir, { recursive: true, force: true });
    if (exit === undefined) return undefined;
    const ended = endedStream(exit);
    const exited = Promise.resolve(exit);
    return { id, ...started, pid: 0, stream: ended, resize: ended.resize, exited, kill: () => undefined };
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    for (const monitor of this.#monitors) monitor.close();
    this.#monitors.clear();
  }

  async #inheritedOf(containerId: ContainerId): Promise<Inherited> {
    const known = this.#inherited.get(containerId);
    if (known !== undefined) return known;
    const bundle = await readFile(join(this.#deps.paths.container(containerId), 'config.json'), 'utf8');
    const inherited = bundleConfig.parse(JSON.parse(bundle)).process;
    this.#inherited.set(containerId, inherited);
    return inherited;
  }

  #watch(
    { id, args, tty }: Started & { id: ExecId },
    containerId: ContainerId,
    pid: number,
    monitor: ShimConnection,
    stream: AttachStream,
  ): ExecTask {
    const startTicks = readStat(pid)?.startTicks ?? 0n;
    this.#monitors.add(monitor);
    const exited = this.#untilExit(this.#dir(containerId, id), { pid, startTicks }, monitor);
    // Nobody has to ask how a session ended.
    exited.catch((error: unknown) =>
      this.#deps.log.error({ err: error, containerId, execId: id }, 'exec session lost'),
    );
    return {
      id,
      args,
      tty,
      pid,
      stream,
      exited,
      resize: (rows, columns) => monitor.resize(rows, columns),
      kill: () => killSession(pid, startTicks),
    };
  }

  async #untilExit(
    dir: string,
    process: { pid: number; startTicks: bigint },
    monitor: ShimConnection,
  ): Promise<ExitRecord> {
    const reported = await monitor.exited;
    if (reported === undefined && this.#disposed) await new Promise<never>(() => undefined);
    this.#monitors.delete(monitor);
    const exit = reported ?? (await readExit(dir)) ?? this.#giveUp(process);
    monitor.close();
    rmSync(dir, { recursive: true, force: true });
    return exit;
  }

  #giveUp({ pid, startTicks }: { pid: number; startTicks: bigint }): ExitRecord {
    signalIfSame(pid, startTicks, 'SIGKILL');
    return { exitCode: 255, signal: undefined, oomKilled: false, finishedAt: this.#deps.clock(), lost: true };
  }

  #dir(containerId: ContainerId, id: ExecId): string {
    return execFolder(this.#deps.paths.runContainer(containerId), id);
  }
}

async function readStarted(dir: string): Promise<Started> {
  try {
    const { args, terminal } = startedProcess.parse(JSON.parse(await readFile(join(dir, 'process.json'), 'utf8')));
    return { args, tty: terminal === true };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return { args: [], tty: false };
    throw error;
  }
}

/** The stream of a session whose output nobody kept. */
function endedStream(exit: ExitRecord): AttachStream {
  return {
    output: { async *[Symbol.asyncIterator]() {} },
    replayBytes: 0,
    writeStdin: async () => undefined,
    closeStdin: () => undefined,
    resize: () => undefined,
    exited: Promise.resolve(exit),
    close: () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  };
}
