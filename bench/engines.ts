// The engines that are compared: each in folders, addresses and a process of its own, and gone without a trace afterwards.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { busyboxRootfs } from '#engine/testing/busybox-rootfs.ts';
import { claimPool } from '../e2e/address-pool.ts';
import { freePort } from '../e2e/free-port.ts';
import { removeTraces } from '../e2e/kernel-traces.ts';
import { Api, IMAGE } from './api.ts';
import { claim } from './leftovers.ts';

export interface BenchEngine extends AsyncDisposable {
  /** `davit`, or `dockerd` with its version. */
  readonly name: string;
  readonly api: Api;
  /** Appears in the command line of each of its helper processes. */
  readonly root: string;
  pid(): number;
  /** Ends it and starts it again; milliseconds from the start of the process to the first answer. */
  restart(): Promise<number>;
}

interface Program {
  name: 'davit' | 'dockerd';
  root: string;
  socketPath: string;
  command: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** After the process has ended. */
  cleanUp(): Promise<void>;
}

const ROOT = join(import.meta.dirname, '..');
const READY_MS = 120_000;
const END_MS = 30_000;
const POLL_MS = 5;

/** As `./davit up` starts it. @throws Error when it has not been built */
export async function startDavit(): Promise<BenchEngine> {
  if (!existsSync(join(ROOT, '.next', 'BUILD_ID'))) throw new Error('build it first: ./davit build');
  const root = await mkdtemp(join(tmpdir(), 'davit-bench-'));
  const name = `b${randomBytes(3).toString('hex')}`;
  const [dataRoot, runRoot] = [join(root, 'data'), join(root, 'run')];
  await claim(root, { name, dataRoot, runRoot });
  const pool = claimPool();
  const flags = [`--data-root=${dataRoot}`, `--run-root=${runRoot}`, `--instance=${name}`];
  const listen = [`--listen=127.0.0.1:${await freePort()}`, `--address-pool=${pool.subnet}`];
  return open({
    name: 'davit',
    root,
    socketPath: join(runRoot, 'docker.sock'),
    command: [
      process.execPath,
      '--max-semi-space-size=8',
      '--heap-growing-percent=40',
      'server/main.ts',
      ...flags,
      ...listen,
    ],
    env: {
      MALLOC_ARENA_MAX: '2',
      NODE_ENV: 'production',
      NODE_COMPILE_CACHE: join(ROOT, '.davit-build', 'compile-cache'),
    },
    async cleanUp() {
      await removeTraces({ name, dataRoot, runRoot });
      pool[Symbol.dispose]();
    },
  });
}

/**
 * A dockerd with its defaults: that of this system, or that of another root. It gets a network and a mount namespace of its own: it closes the host's firewall to
 * forwarding, and leaves chains and mounts behind when it ends.
 *
 * @param systemRoot a folder whose `usr` has a dockerd of its own with containerd and runc; it is put over the `usr` of this system
 */
export async function startDockerd(systemRoot?: string): Promise<BenchEngine> {
  const root = await mkdtemp(join(tmpdir(), 'dockerd-bench-'));
  const socketPath = join(root, 'docker.sock');
  const bridge = 'bench0';
  // A control group of its own, as the usual one would stay behind.
  const name = `d${randomBytes(3).toString('hex')}`;
  const [dataRoot, runRoot] = [join(root, 'data'), join(root, 'exec')];
  await claim(root, { name, dataRoot, runRoot });
  const address = '10.208.255.1/24';
  const daemon = [
    'dockerd',
    ...['--data-root', dataRoot, '--exec-root', runRoot, '--pidfile', join(root, 'pid')],
    ...['--host', `unix://${socketPath}`, '--bridge', bridge, '--fixed-cidr', '10.208.255.0/24'],
    ...['--exec-opt', 'native.cgroupdriver=cgroupfs', '--cgroup-parent', `/${name}`],
  ];
  const links = `ip link set lo up; ip link add ${bridge} type bridge; ip addr add ${address} dev ${bridge}; ip link set ${bridge} up`;
  // The daemon that is started again needs the same namespace, or its bridge is gone; so a process holds it.
  const usr = systemRoot === undefined ? '' : 'mount --bind "$0/usr" /usr;';
  const script = `${links}; ${usr} echo up; cat`;
  const holder = spawn(
    'unshare',
    ['-n', '-m', '--propagation', 'private', 'sh', '-ec', script, ...(systemRoot === undefined ? [] : [systemRoot])],
    { stdio: ['pipe', 'pipe', 'inherit'], detached: true },
  );
  const ended = once(holder, 'exit');
  await Promise.race([once(holder.stdout, 'data'), ended]);
  if (holder.exitCode !== null) throw new Error(`no namespaces for dockerd: exit code ${holder.exitCode}`);
  return open({
    name: 'dockerd',
    root,
    socketPath,
    command: ['nsenter', '-t', String(holder.pid), '-n', '-m', ...daemon],
    async cleanUp() {
      holder.stdin.end();
      await ended;
      await removeTraces({ name, dataRoot, runRoot });
    },
  });
}

async function open(program: Program): Promise<BenchEngine> {
  let child: ChildProcess | undefined;
  let written = '';
  const api = new Api(program.socketPath);

  async function start(): Promise<number> {
    const [file = '', ...args] = program.command;
    const began = performance.now();
    const started = spawn(file, args, {
      cwd: ROOT,
      env: { ...process.env, ...program.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: what tells the measurement to stop must not end its engines before it does.
      detached: true,
    });
    child = started;
    const keep = (chunk: Buffer): void => {
      written = (written + chunk.toString()).slice(-4_000);
    };
    started.stdout.on('data', keep);
    started.stderr.on('data', keep);
    while (!(await answers(api))) {
      const ended = started.exitCode !== null || started.signalCode !== null;
      if (ended || performance.now() - began > READY_MS) throw new Error(`${program.name} did not start:\n${written}`);
      await delay(POLL_MS);
    }
    return performance.now() - began;
  }

  async function end(): Promise<void> {
    const running = child;
    child = undefined;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const closed = once(running, 'exit');
    running.kill('SIGTERM');
    const timer = setTimeout(() => running.kill('SIGKILL'), END_MS);
    await closed;
    clearTimeout(timer);
  }

  async function dispose(): Promise<void> {
    api[Symbol.dispose]();
    await end();
    await program.cleanUp();
    await rm(program.root, { recursive: true, force: true });
  }

  let version = '';
  try {
    await start();
    version = (await api.json<{ Version: string }>('GET', '/version')).Version;
    const source = Readable.from([await busyboxRootfs()]);
    const [repository, tag] = IMAGE.split(':');
    await api.drain('POST', `/images/create?fromSrc=-&repo=${repository}&tag=${tag}`, { source });
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    name: program.name === 'davit' ? program.name : `${program.name} ${version.replace(/\+.*/, '')}`,
    api,
    root: program.root,
    pid: () => child?.pid ?? 0,
    async restart() {
      await end();
      return start();
    },
    [Symbol.asyncDispose]: dispose,
  };
}

async function answers(api: Api): Promise<boolean> {
  try {
    await api.drain('GET', '/_ping');
    return true;
  } catch {
    // Not yet: that is what the caller waits for.
    return false;
  }
}
