import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { EngineError } from '../../errors/index.ts';

const HEAP_MIB = 128;
const STDERR_CAP = 4_096;

/** One of this module's programs in a process group of its own; `words` is what it wrote to stderr: only a crash does. */
export interface DiffChild {
  process: ChildProcess;
  readonly words: string;
  /** Also ends the programs it started. */
  kill(): void;
}

export function startChild(program: URL, stdio: { stdin: 'pipe' | 'ignore'; stdout: 'pipe' | 'ignore' }): DiffChild {
  const child = spawn(process.execPath, [`--max-old-space-size=${HEAP_MIB}`, fileURLToPath(program)], {
    stdio: [stdio.stdin, stdio.stdout, 'pipe', 'ipc'],
    env: childEnv(),
    // A group of its own: killing it also ends the decompression program.
    detached: true,
  });
  let words = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-STDERR_CAP);
  });
  return {
    process: child,
    get words() {
      return words;
    },
    kill: () => killGroup(child),
  };
}

/** With the server's compile cache a child starts in a quarter of the time: stripping types is most of it. */
function childEnv(): NodeJS.ProcessEnv {
  const { NODE_ENV, PATH, NODE_COMPILE_CACHE } = process.env;
  return { NODE_ENV, PATH, NODE_NO_WARNINGS: '1', ...(NODE_COMPILE_CACHE !== undefined && { NODE_COMPILE_CACHE }) };
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    // ESRCH: it has ended by itself meanwhile.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** @param task `Unpacking`, `Packing` */
export function childCancelled(task: string, signal: AbortSignal): EngineError {
  return new EngineError('cancelled', `${task} was cancelled`, { reason: 'cancelled' }, { cause: signal.reason });
}

/** The child ended without an answer. */
export function childLost(task: string, child: DiffChild): EngineError {
  const { signalCode, exitCode } = child.process;
  const how = signalCode ?? `exit code ${exitCode}`;
  const reason = task.toLowerCase().replace(/ing$/, '');
  // V8 aborts when its heap is full; the kernel kills when the machine's memory is.
  if (signalCode === 'SIGABRT' || signalCode === 'SIGKILL') {
    const details = { reason: `${reason}_killed`, words: child.words };
    return new EngineError('resource_exhausted', `${task} needed too much memory (${how})`, details);
  }
  const details = { reason: `${reason}_lost`, words: child.words };
  return new EngineError('internal', `${task} ended without an answer (${how})`, details);
}
