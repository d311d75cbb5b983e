// A Davit of its own for a test: own roots, port, instance name; ended and removed by `await using`.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { claimPool } from './address-pool.ts';
import { freePort } from './free-port.ts';
import { removeTraces } from './kernel-traces.ts';

export interface DavitProcess extends AsyncDisposable {
  readonly url: string;
  /** Names the bridge and the firewall table. */
  readonly name: string;
  readonly dataRoot: string;
  readonly runRoot: string;
  /** Everything the server wrote so far. */
  output(): string;
  /** Of the server that runs now. */
  pid(): number;
  /** How it ended by itself; undefined while it runs, 128 and more for a signal. */
  exitCode(): number | undefined;
  /** SIGKILL, as a crash does it. */
  kill(): Promise<void>;
  /** SIGTERM, as a service manager does it. */
  stop(): Promise<void>;
  /** Until /healthz answers. */
  start(): Promise<void>;
  /** Until /readyz says yes: before that the server answers, but its engine is still starting. */
  untilReady(): Promise<void>;
  /** Runs `./davit admin` with the same roots; rejects with its output when it fails. */
  admin(args: readonly string[], input?: string): Promise<string>;
}

const ROOT = join(import.meta.dirname, '..');
const READY_MS = 120_000;

export interface HostView {
  /** Files of the host that others are put over, in a mount namespace of this server alone: path to what it shows. */
  covered: Readonly<Record<string, string>>;
}

/** The command that runs another one in such a view of the host. */
export function withView(view: HostView | undefined, command: readonly string[]): [string, string[]] {
  const [program = '', ...args] = command;
  if (view === undefined) return [program, args];
  const pairs = Object.entries(view.covered).flatMap(([path, shown]) => [shown, path]);
  const script = 'n=$1; shift; while [ $n -gt 0 ]; do mount --bind "$1" "$2"; shift 2; n=$((n-1)); done; exec "$@"';
  return ['unshare', ['-m', 'sh', '-ec', script, 'sh', String(pairs.length / 2), ...pairs, ...command]];
}

interface HeldView extends AsyncDisposable {
  enter(command: readonly string[]): [string, string[]];
}

/** A view that stays while one server follows another in it, with all that they mount. */
async function holdView(view: HostView | undefined): Promise<HeldView> {
  if (view === undefined) {
    return { enter: (command) => withView(undefined, command), [Symbol.asyncDispose]: async () => undefined };
  }
  const [program, words] = withView(view, ['sh', '-c', 'echo there; exec sleep infinity']);
  const holder = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(holder, 'exit');
  await Promise.race([once(holder.stdout, 'data'), ended.then(() => Promise.reject(new Error('no such view')))]);
  return {
    // Who enters it stands in its root at first.
    enter: (command) => [
      'nsenter',
      [`--mount=/proc/${holder.pid}/ns/mnt`, 'sh', '-ec', 'cd "$1"; shift; exec "$@"', 'sh', ROOT, ...command],
    ],
    async [Symbol.asyncDispose]() {
      holder.kill('SIGKILL');
      await ended;
    },
  };
}

/**
 * Starts a server and waits until its engine takes work, whatever else /readyz complains about; where it can have none, until
 * it says so.
 *
 * @param opts.diskBytes puts its roots on a file system of this size
 * @param opts.inodes how many files that one holds
 * @param opts.imageBytes puts its data root on an ext4 file system of this size, in a file
 * @param opts.env more of its environment
 * @param opts.view what it sees of the host
 * @param opts.hostTerminal with a shell on the host for owners
 * @param opts.flags more options of `./davit up`
 * @param opts.launcher starts it by `./davit up`, as people do
 * @param opts.pools how many networks there is room for, the default one among them
 */
export async function startDavit(
  opts: {
    diskBytes?: number;
    inodes?: number;
    imageBytes?: number;
    env?: Readonly<Record<string, string>>;
    view?: HostView;
    hostTerminal?: boolean;
    launcher?: boolean;
    pools?: number;
    flags?: readonly string[];
  } = {},
): Promise<DavitProcess> {
  const root = await mkdtemp(join(tmpdir(), 'davit-e2e-'));
  if (opts.diskBytes !== undefined) {
    const inodes = opts.inodes === undefined ? '' : `,nr_inodes=${opts.inodes}`;
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${opts.diskBytes}${inodes}`, 'davit-e2e', root]);
  }
  const port = await freePort();
  const instance = `e${randomBytes(3).toString('hex')}`;
  const dataRoot = join(root, 'data');
  const runRoot = join(root, 'run');
  if (opts.imageBytes !== undefined) await mountImage(join(root, 'disk.img'), opts.imageBytes, dataRoot);
  const flags = ['--data-root', dataRoot, '--run-root', runRoot, '--instance', instance, ...(opts.flags ?? [])];
  if (opts.hostTerminal === true) flags.push('--host-terminal');
  const url = `http://127.0.0.1:${port}`;
  const pools = Array.from({ length: opts.pools ?? 1 }, claimPool);
  const view = await holdView(opts.view);
  let child: ChildProcess | undefined;
  let written = '';

  async function start(): Promise<void> {
    const args = [
      ...flags,
      '--listen',
      `127.0.0.1:${port}`,
      '--address-pool',
      pools.map(({ subnet }) => subnet).join(),
    ];
    const command = opts.launcher === true ? ['./davit', 'up'] : [process.execPath, 'server/main.ts'];
    const [program, words] = view.enter([...command, ...args]);
    const started = spawn(program, words, {
      cwd: ROOT,
      env: { ...process.env, NODE_ENV: 'production', ...opts.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    const keep = (chunk: Buffer): void => {
      written = (written + chunk.toString()).slice(-500_000);
    };
    started.stdout.on('data', keep);
    started.stderr.on('data', keep);
    await untilAnswered(
      `${url}/healthz`,
      () => started.exitCode ?? undefined,
      () => written,
    );
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const running = child;
    child = undefined;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const closed = once(running, 'exit');
    running.kill(signal);
    const timer = setTimeout(() => running.kill('SIGKILL'), 15_000);
    await closed;
    clearTimeout(timer);
  }

  async function remove(): Promise<void> {
    await end('SIGTERM');
    // Whatever became of it: a test may have taken it away already.
    if (opts.imageBytes !== undefined) spawnSync('umount', ['--recursive', '--lazy', dataRoot]);
    // Containers outlive their server, so does a network's bridge.
    await removeTraces({ name: instance, dataRoot, runRoot });
    await view[Symbol.asyncDispose]();
    if (opts.diskBytes !== undefined) execFileSync('umount', ['--recursive', root]);
    await rm(root, { recursive: true, force: true });
    for (const pool of pools) pool[Symbol.dispose]();
  }

  try {
    await start();
    // It listens before it writes the code, which every test needs first.
    await untilTrue('no setup code was written', () => written.includes('The setup code is in'));
    await untilStarted({ url });
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    url,
    name: instance,
    dataRoot,
    runRoot,
    output: () => written,
    start,
    pid: () => child?.pid ?? 0,
    exitCode: () => child?.exitCode ?? (child?.signalCode == null ? undefined : 128),
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    untilReady: () =>
      untilAnswered(
        `${url}/readyz`,
        () => undefined,
        () => written,
      ),
    admin: (args, input = '') => runAdmin([...args, ...flags], input),
    [Symbol.asyncDispose]: remove,
  };
}

async function mountImage(file: string, bytes: number, folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o700 });
  await writeFile(file, '');
  await truncate(file, bytes);
  execFileSync('mkfs.ext4', ['-q', '-F', file]);
  execFileSync('mount', ['-o', 'loop', file, folder]);
}

/** The engine has joined what it owns and docker clients are let in; after a further `start`, which only waits for /healthz. */
export async function untilStarted(davit: Pick<DavitProcess, 'url'>): Promise<void> {
  await untilTrue('the engine did not start', async () => {
    // A kept connection may be closed just when it is used again; what is wrong for longer ends the wait.
    const answer = await fetch(`${davit.url}/readyz`).catch(() => undefined);
    const told = (await answer?.json()) as { problems: { code: string }[] } | undefined;
    return told?.problems.every(({ code }) => code !== 'starting') ?? false;
  });
}

async function untilTrue(otherwise: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + READY_MS;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error(otherwise);
    await delay(50);
  }
}

async function untilAnswered(address: string, exitCode: () => number | undefined, output: () => string): Promise<void> {
  const deadline = Date.now() + READY_MS;
  while (Date.now() < deadline) {
    if (exitCode() !== undefined) throw new Error(`the server ended with ${exitCode()}:\n${output()}`);
    // Refused until the listener is there: that is what the loop waits for.
    const answer = await fetch(address).catch(() => undefined);
    if (answer?.ok) return;
    await delay(100);
  }
  throw new Error(`no good answer from ${address} within ${READY_MS} ms:\n${output()}`);
}

async function runAdmin(args: readonly string[], input: string): Promise<string> {
  const child = spawn('./davit', ['admin', ...args], {
    cwd: ROOT,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`davit admin ${args[0]} ended with ${code}: ${errors}${output}`);
  return output.trim();
}
