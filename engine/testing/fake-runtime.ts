import { mkdirSync } from 'node:fs';
import { EngineError } from '../errors/index.ts';
import type { ContainerId, ExecId } from '../lib/index.ts';
import type { EnginePaths } from '../paths.ts';
import type {
  AttachStream,
  ExecSpec,
  ExecTask,
  ExitRecord,
  Resources,
  Runtime,
  Task,
  TaskSpec,
} from '../runtime/index.ts';
import { hostFacts } from './host-facts.ts';

interface FakeProcess {
  task: Task;
  spec: TaskSpec;
  end: (exit: ExitRecord) => void;
  paused: boolean;
}

/** A runtime without processes: tests decide when and how one ends. It refuses what the real one would find impossible. */
export class FakeRuntime implements Omit<Runtime, 'check' | keyof AsyncDisposable> {
  readonly host = hostFacts();
  readonly live = new Map<ContainerId, FakeProcess>();
  /** Everything that was started, in order. */
  readonly started: TaskSpec[] = [];
  readonly signals: number[] = [];
  readonly updates: Resources[] = [];
  /** Signals that a process ignores. */
  ignored: readonly number[] = [];
  failStart: EngineError | undefined;
  mostAtOnce = 0;
  readonly #paths: Pick<EnginePaths, 'runContainer'>;
  #pid = 1000;

  constructor(paths: Pick<EnginePaths, 'runContainer'>) {
    this.#paths = paths;
  }

  async start(spec: TaskSpec): Promise<Task> {
    await new Promise((resolve) => setImmediate(resolve));
    if (this.failStart !== undefined) throw this.failStart;
    if (this.live.has(spec.id)) throw new Error(`${spec.id} was started twice`);
    // As the shim does, which keeps its own files there.
    mkdirSync(this.#paths.runContainer(spec.id), { recursive: true });
    const { promise: exited, resolve } = Promise.withResolvers<ExitRecord>();
    const pid = ++this.#pid;
    const task: Task = {
      id: spec.id,
      pid,
      pidStartTicks: BigInt(pid),
      startedAt: new Date(),
      exited,
      early: undefined,
    };
    this.live.set(spec.id, { task, spec, end: resolve, paused: false });
    this.started.push(spec);
    this.mostAtOnce = Math.max(this.mostAtOnce, this.live.size);
    return task;
  }

  /** Ends the process as if by itself. */
  end(id: ContainerId, exit: Partial<ExitRecord> = {}): void {
    this.live.get(id)?.end({ exitCode: 0, signal: undefined, oomKilled: false, finishedAt: new Date(), ...exit });
  }

  async recover(id: ContainerId): Promise<{ running: Task } | undefined> {
    const found = this.live.get(id);
    return found && { running: found.task };
  }

  async kill(id: ContainerId, signal: number): Promise<boolean> {
    this.signals.push(signal);
    if (!this.live.has(id)) return false;
    if (!this.ignored.includes(signal)) setImmediate(() => this.end(id, { exitCode: 128 + signal, signal }));
    return true;
  }

  async pause(id: ContainerId): Promise<void> {
    this.#process(id).paused = true;
  }

  isPaused(id: ContainerId): boolean {
    return this.live.get(id)?.paused ?? false;
  }

  async unpause(id: ContainerId): Promise<void> {
    this.#process(id).paused = false;
  }

  async cleanUp(id: ContainerId): Promise<void> {
    this.live.delete(id);
  }

  async listKnown(): Promise<ContainerId[]> {
    return [...this.live.keys()];
  }

  async update(_id: ContainerId, change: Resources): Promise<void> {
    this.updates.push(change);
  }

  async attach(): Promise<AttachStream> {
    throw new EngineError('unsupported', 'The fake runtime has no streams');
  }

  /** What exec sessions do; without it there are none. */
  answer: ((spec: ExecSpec, signal: AbortSignal) => Promise<{ exitCode: number; output: string }>) | undefined;
  /** Sessions that run now, and the most there were. */
  execs = { now: 0, most: 0 };

  async exec(spec: ExecSpec): Promise<ExecTask> {
    if (this.answer === undefined) throw new EngineError('unsupported', 'The fake runtime runs nothing');
    this.execs.now += 1;
    this.execs.most = Math.max(this.execs.most, this.execs.now);
    const closed = new AbortController();
    const ended = this.answer(spec, closed.signal).finally(() => {
      this.execs.now -= 1;
    });
    const exited = ended.then(({ exitCode }) => {
      return { exitCode, signal: undefined, oomKilled: false, finishedAt: new Date() };
    });
    const stream: AttachStream = {
      output: (async function* () {
        const { output } = await Promise.race([
          ended,
          new Promise<{ output: string }>((resolve) =>
            closed.signal.addEventListener('abort', () => resolve({ output: '' })),
          ),
        ]);
        if (output !== '') yield { stream: 'stdout' as const, data: Buffer.from(output) };
      })(),
      replayBytes: 0,
      writeStdin: async () => undefined,
      closeStdin: () => undefined,
      resize: () => undefined,
      exited,
      close: () => closed.abort(),
      [Symbol.asyncDispose]: async () => closed.abort(),
    };
    // No process of this machine is meant: nothing may be signalled.
    const { id, args, tty } = spec;
    return { id, pid: 0, args, tty, stream, exited, resize: stream.resize, kill: () => undefined };
  }

  async listExecs(): Promise<[]> {
    return [];
  }

  async recoverExec(_container: ContainerId, _id: ExecId): Promise<undefined> {
    return undefined;
  }

  async stats(): Promise<never> {
    throw new EngineError('unsupported', 'The fake runtime counts nothing');
  }

  oomKills(): number {
    return 0;
  }

  async processes(): Promise<[]> {
    return [];
  }

  async signalProcess(): Promise<boolean> {
    return false;
  }

  #process(id: ContainerId): FakeProcess {
    const found = this.live.get(id);
    if (found === undefined) throw new EngineError('conflict', `container ${id} is not running`);
    return found;
  }
}
