import { mkdirSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../errors/index.ts';
import {
  CleanupStack,
  type ContainerId,
  type ExecId,
  failpoint,
  type OpOptions,
  shortId,
  tryParseContainerId,
} from '../lib/index.ts';
import type { StatsSample } from '../stats/index.ts';
import { Cgroups } from './cgroups.ts';
import { checkRuntime } from './check-runtime.ts';
import { Programs } from './choose-program.ts';
import type { RuntimeOptions } from './create-runtime.ts';
import { CrunSpecs } from './crun-spec.ts';
import { ExecSessions } from './exec-sessions.ts';
import { type HostFacts, readDevicesAt, readHostDevices, readHostFacts } from './host-facts.ts';
import { journalFields } from './journal-fields.ts';
import { endShim, execIds, hasShimFiles, namesIn, readExit, removeShimFiles, writeExit } from './leftovers.ts';
import type { OciProgram } from './oci-program.ts';
import { isAlive, readProcesses, readStat, signalIfSame, signalIfStarted } from './processes.ts';
import { startError } from './runc-errors.ts';
import type {
  AttachStream,
  ExecSpec,
  ExecTask,
  ExitRecord,
  ProcessInfo,
  Resources,
  Runtime,
  Task,
  TaskSpec,
} from './runtime.ts';
import { type ShimConnection, ShimStartFailure } from './shim/connection.ts';
import { connectShim, execFolder, startShim, untilFinished } from './shim/shim-client.ts';
import { buildSpec } from './spec.ts';
import { createTrial } from './trial.ts';

/** How long a shim may take between its report and the end of `runc delete`. */
const FINISH_TIMEOUT_MS = 12_000;

interface LiveTask {
  task: Task;
  monitor: ShimConnection;
}

/** The runtime by runc, our shim and the control groups. */
export class OciRuntime implements Runtime {
  readonly #options: RuntimeOptions;
  readonly host: HostFacts;
  readonly #cgroups: Cgroups;
  readonly #programs: Programs;
  readonly #crunSpecs = new CrunSpecs();
  readonly #execs: ExecSessions;
  readonly #tasks = new Map<ContainerId, LiveTask>();
  #disposed = false;

  constructor(options: RuntimeOptions) {
    this.#options = options;
    this.host = readHostFacts();
    this.#cgroups = new Cgroups({ instance: options.instance, version: this.host.cgroupVersion });
    const { paths, runcPath, program: asked = 'auto' } = options;
    const hybrid = this.host.cgroupHybrid;
    const trial = createTrial({ ...options, host: this.host, crunSpecs: this.#crunSpecs });
    this.#programs = new Programs({ paths, runcPath, asked, hybrid, trial });
    this.#execs = new ExecSessions({
      ...options,
      programs: this.#programs,
      host: this.host,
      wakeFile: this.#cgroups.rootProcs,
    });
  }

  async start(spec: TaskSpec, opts: OpOptions & { attachEarly?: boolean } = {}): Promise<Task> {
    const { id } = spec;
    if (this.#tasks.has(id))
      throw new EngineError('conflict', `Container ${shortId(id)} is already running`, { reason: 'already_running' });
    throwIfAborted(opts.signal);
    const { program, hideUnified } = await this.#programs.chosen();
    const dir = this.#dir(id);
    const oci = buildSpec(spec, {
      host: this.host,
      cgroupsPath: this.#cgroups.pathOf(id),
      initPath: this.#options.shimPath,
      hostDevices: readHostDevices,
      devicesAt: readDevicesAt,
    });

    await using undo = new CleanupStack({ log: this.#options.log });
    undo.defer('remove what the start left behind', () => this.cleanUp(id));
    // The run root lies in memory: handing such calls to another thread takes longer than they do.
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    this.#execs.forget(id);
    mkdirSync(program.root, { recursive: true, mode: 0o700 });
    rmSync(join(dir, 'exit'), { force: true });
    await mkdir(spec.bundle, { recursive: true, mode: 0o700 });
    const { spec: own, profile } =
      program.name === 'crun' ? this.#crunSpecs.adapt(oci) : { spec: oci, profile: undefined };
    await writeFile(join(spec.bundle, 'config.json'), JSON.stringify(own), { mode: 0o600 });

    if (spec.log !== 'none' && spec.log.journal !== undefined)
      await writeFile(join(dir, 'journal'), journalFields(spec.log.journal.fields), { mode: 0o600 });
    await failpoint('runtime.files');
    const early = opts.attachEarly ?? false;
    const shim = await this.#startShim(spec, { dir, program, hideUnified, early });
    if (profile !== undefined) await this.#crunSpecs.learn(profile, join(program.root, id));
    await failpoint('runtime.started');
    throwIfAborted(opts.signal);
    const task = this.#watch(id, shim.monitor, {
      pid: shim.hello.pid,
      pidStartTicks: readStat(shim.hello.pid)?.startTicks ?? 0n,
      startedAt: this.#options.clock(),
      early: shim.early,
    });
    undo.commit();
    this.#options.log.info({ containerId: id, pid: task.pid }, 'container started');
    return task;
  }

  async recover(
    id: ContainerId,
    known: { pid: number; pidStartTicks: bigint; startedAt: Date },
  ): Promise<{ running: Task } | { exited: ExitRecord } | undefined> {
    const live = this.#tasks.get(id);
    if (live !== undefined) return { running: live.task };
    const dir = this.#dir(id);
    const monitor = await connectShim(dir, 'events');
    if (monitor !== undefined) {
      const { pid } = await monitor.running;
      const same = pid === known.pid;
      const pidStartTicks = same ? known.pidStartTicks : (readStat(pid)?.startTicks ?? 0n);
      return {
        running: this.#watch(id, monitor, { pid, pidStartTicks, startedAt: known.startedAt, early: undefined }),
      };
    }
    // Nobody answers: its record is there now, also when the shim ended just before we asked.
    const exit = await readExit(dir);
    if (exit !== undefined) return { exited: exit };
    if (known.pid <= 0) return undefined;
    return { exited: await this.#giveUp(id) };
  }

  async attach(id: ContainerId): Promise<AttachStream> {
    const stream = await connectShim(this.#dir(id), 'drop');
    if (stream === undefined) throw notRunning(id);
    return stream;
  }

  async kill(id: ContainerId, signal: number): Promise<boolean> {
    const task = this.#tasks.get(id)?.task;
    if (task === undefined || !signalIfSame(task.pid, task.pidStartTicks, signal)) return false;
    // In a frozen group even this signal would wait for the thaw.
    if (signal === 9 && this.#cgroups.isFrozen(id)) await this.#cgroups.thaw(id);
    return true;
  }

  async pause(id: ContainerId): Promise<void> {
    await this.#whileRunning(id, async () => (await this.#programs.of(id)).pause(id));
  }

  async unpause(id: ContainerId): Promise<void> {
    await this.#whileRunning(id, async () => (await this.#programs.of(id)).resume(id));
  }

  isPaused(id: ContainerId): boolean {
    return this.#cgroups.isFrozen(id);
  }

  async update(id: ContainerId, resources: Resources): Promise<void> {
    await this.#whileRunning(id, () => this.#cgroups.update(id, resources));
  }

  async exec(spec: ExecSpec, opts: OpOptions = {}): Promise<ExecTask> {
    this.#running(spec.containerId);
    throwIfAborted(opts.signal);
    if (this.#cgroups.isFrozen(spec.containerId)) throw isPaused(spec.containerId);
    return await this.#whileRunning(spec.containerId, async () => {
      try {
        return await this.#execs.start(spec);
      } catch (error) {
        if (this.#cgroups.isFrozen(spec.containerId)) throw isPaused(spec.containerId, error);
        throw error;
      }
    });
  }

  listExecs(containerId: ContainerId): ReturnType<Runtime['listExecs']> {
    return this.#execs.list(containerId);
  }

  async recoverExec(containerId: ContainerId, id: ExecId): Promise<ExecTask | undefined> {
    return this.#execs.recover(containerId, id);
  }

  async stats(id: ContainerId, opts: { detail?: boolean } = {}): Promise<StatsSample> {
    return this.#cgroups.sample(id, this.#running(id).pid, this.#options.clock(), opts);
  }

  async processes(id: ContainerId): Promise<ProcessInfo[]> {
    this.#running(id);
    return readProcesses(this.#cgroups.pids(id));
  }

  async signalProcess(
    id: ContainerId,
    { pid, startedAt }: { pid: number; startedAt: Date },
    signal: number,
  ): Promise<boolean> {
    this.#running(id);
    return this.#cgroups.pids(id).includes(pid) && signalIfStarted(pid, startedAt, signal);
  }

  oomKills(id: ContainerId): number {
    return this.#cgroups.oomKills(id);
  }

  async cleanUp(id: ContainerId): Promise<void> {
    const dir = this.#dir(id);
    const ended = (await readExit(dir)) !== undefined;
    this.#execs.forget(id);
    await this.#cgroups.killAll(id);
    for (const execId of await execIds(dir)) await endShim(execFolder(dir, execId), id);
    await endShim(dir, id);
    if (!ended) await this.#deleteState(id);
    await this.#cgroups.remove(id);
    if (ended) await this.#forgetState(id);
    await removeShimFiles(dir);
  }

  async listKnown(): Promise<ContainerId[]> {
    const { runContainers } = this.#options.paths;
    const names = [
      ...this.#programs.all().flatMap(({ root }) => namesIn(root)),
      ...this.#cgroups.list(),
      ...namesIn(runContainers).filter((name) => hasShimFiles(join(runContainers, name))),
    ];
    return [...new Set(names)].map(tryParseContainerId).filter((id) => id !== undefined);
  }

  check(): ReturnType<Runtime['check']> {
    return checkRuntime(this.#programs, this.#options.shimPath, this.host.cgroupVersion);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    for (const { monitor } of this.#tasks.values()) monitor.close();
    this.#tasks.clear();
    this.#execs[Symbol.dispose]();
  }

  async #deleteState(id: ContainerId): Promise<void> {
    for (const program of this.#programs.all()) await program.delete(id);
  }

  /** Of a process that has ended and whose groups are gone: nothing is left but files. */
  async #forgetState(id: ContainerId): Promise<void> {
    for (const program of this.#programs.all()) {
      if (!program.hasState(id)) continue;
      if (!(await this.#options.kernel.removeSmallTree(join(program.root, id)))) await program.delete(id);
    }
  }

  async #startShim(
    spec: TaskSpec,
    { dir, program, hideUnified, early }: { dir: string; program: OciProgram; hideUnified: boolean; early: boolean },
  ) {
    const { id, log, consoleSize } = spec;
    const logPath = this.#options.paths.containerLog(id);
    const args = [
      `--id=${id}`,
      `--bundle=${spec.bundle}`,
      `--runtime=${await program.path()}`,
      `--root=${program.root}`,
      ...(program.name === 'crun' ? ['--crun'] : []),
      ...(hideUnified ? ['--hide-unified'] : []),
      `--wake=${this.#cgroups.rootProcs}`,
      `--oom-file=${this.#cgroups.oomFile(id)}`,
      ...(log === 'none' ? [] : [`--log=${logPath}`, `--log-max=${log.maxBytes}`, `--log-files=${log.maxFiles}`]),
      ...(log === 'none' || log.journal === undefined ? [] : [`--journal=${log.journal.socket}`]),
      ...(spec.tty ? ['--tty'] : []),
      ...(spec.tty && consoleSize !== undefined ? [`--size=${consoleSize.rows}x${consoleSize.columns}`] : []),
      ...(spec.openStdin ? ['--stdin'] : []),
      ...(spec.openStdin && spec.stdinOnce ? ['--stdin-once'] : []),
    ];
    try {
      return await startShim({ shimPath: this.#options.shimPath, args, dir, early, kernel: this.#options.kernel });
    } catch (error) {
      throw error instanceof ShimStartFailure
        ? startError('start', error.said, spec.init ? '/sbin/docker-init' : spec.args[0])
        : error;
    }
  }

  #watch(id: ContainerId, monitor: ShimConnection, about: Omit<Task, 'id' | 'exited'>): Task {
    const exited = Promise.withResolvers<ExitRecord>();
    const task: Task = { id, ...about, exited: exited.promise };
    this.#tasks.set(id, { task, monitor });
    // Who asks for the task later must still get the failure; nobody asking is not one of ours.
    exited.promise.catch(() => undefined);
    this.#untilExit(id, monitor).then(exited.resolve, exited.reject);
    return task;
  }

  async #untilExit(id: ContainerId, monitor: ShimConnection): Promise<ExitRecord> {
    const reported = await monitor.exited;
    if (reported !== undefined) await untilFinished(monitor, FINISH_TIMEOUT_MS);
    // The server goes; the container does not, and the next server will hear of its end.
    else if (this.#disposed) await new Promise<never>(() => undefined);
    const exit = reported ?? (await readExit(this.#dir(id))) ?? (await this.#giveUp(id));
    monitor.close();
    if (this.#tasks.get(id)?.monitor === monitor) this.#tasks.delete(id);
    this.#options.log.info({ containerId: id, exitCode: exit.exitCode }, 'container exited');
    return exit;
  }

  /** The shim is lost, and with it the container's output and exit code: what is left of it is ended. */
  async #giveUp(id: ContainerId): Promise<ExitRecord> {
    const { log, clock } = this.#options;
    const exit = { exitCode: 255, signal: undefined, oomKilled: false, finishedAt: clock(), lost: true } as const;
    log.warn({ containerId: id }, 'the shim of a container was lost');
    const steps = [
      () => this.#cgroups.killAll(id),
      () => this.#deleteState(id),
      () => this.#cgroups.remove(id),
      () => writeExit(this.#dir(id), exit),
    ];
    for (const step of steps) {
      // The end is told whatever fails here; removing the container tries all of it again and says why it cannot.
      await step().catch((error: unknown) =>
        log.error({ err: error, containerId: id }, 'a lost container is not gone'),
      );
    }
    return exit;
  }

  #running(id: ContainerId): Task {
    const live = this.#tasks.get(id);
    if (live === undefined) throw notRunning(id);
    return live.task;
  }

  /** When it ended meanwhile that is the reason, for which the runtimes have many words. */
  async #whileRunning<T>(id: ContainerId, work: () => Promise<T>): Promise<T> {
    const { pid, pidStartTicks } = this.#running(id);
    try {
      return await work();
    } catch (error) {
      throw isAlive(pid, pidStartTicks) ? error : notRunning(id, error);
    }
  }

  #dir(id: ContainerId): string {
    return this.#options.paths.runContainer(id);
  }
}

function notRunning(id: ContainerId, cause?: unknown): EngineError {
  const reason = 'container_not_running';
  return new EngineError('conflict', `Container ${id} is not running`, { reason }, { cause });
}

function isPaused(id: ContainerId, cause?: unknown): EngineError {
  const words = `Container ${id} is paused, unpause the container before exec`;
  return new EngineError('conflict', words, { reason: 'container_paused' }, { cause });
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted)
    throw new EngineError('cancelled', 'The start was cancelled', { reason: 'cancelled' }, { cause: signal.reason });
}
