// runc or crun called by hand on a bundle that the engine made: the floor of a run and of an exec.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ManagedContainers } from '#engine/containers/index.ts';
import { containerConfig } from '#engine/testing/container-config.ts';
import type { realContainers } from '#engine/testing/real-containers.ts';
import type { Steps } from './steps.ts';

type Real = Awaited<ReturnType<typeof realContainers>>;

interface Rounds {
  rounds: number;
  warmUp: number;
  steps: Steps;
}

/** A mount namespace as the shim gives it to crun: without the unified hierarchy beside version 1. */
const HIDE = 'mount --make-private /sys/fs/cgroup && umount /sys/fs/cgroup/unified';

/** The runtime's commands, one at a time, on a root that is mounted already; their standard output leads nowhere. */
export async function runtimeAlone(
  real: Real,
  service: ManagedContainers,
  { rounds, warmUp, steps }: Rounds,
): Promise<void> {
  const { runtime } = await real.check();
  if (runtime === undefined) throw new Error('no runtime works');
  const { paths, snapshots } = real.deps;
  const { id } = await service.create(containerConfig({ command: ['true'] }));
  const ended = service.wait(id, { condition: 'next-exit' });
  await service.start(id);
  await ended;
  await using folder = await mkdtempDisposable(join(tmpdir(), 'davit-profile-alone-'));
  const state = join(folder.path, 'state');
  const short = await bundleOf(folder.path, 'short', paths.container(id), ['true']);
  const long = await bundleOf(folder.path, 'long', paths.container(id), ['sleep', '1000']);
  await using undo = new AsyncDisposableStack();
  undo.defer(() => service.remove(id));
  await snapshots.mount(id, paths.rootfs(id));
  undo.defer(() => snapshots.unmount(paths.rootfs(id)));
  // Made now: a host whose mounts are private shows it none that come later.
  const view = undo.use(await openView(runtime.name === 'crun'));
  const call = (...args: string[]): Promise<void> => view.run([runtime.path, '--root', state, ...args]);
  const each = async (work: () => Promise<void>): Promise<void> => {
    for (let round = 0; round < rounds + warmUp; round += 1) {
      steps.counts = round >= warmUp;
      await work();
    }
  };
  const { name } = runtime;
  await each(() => steps.time(`${name} --version: what calling a program costs here`, () => call('--version')));
  await each(async () => {
    await steps.time(`**${name} run**`, () => call('run', '-d', '--bundle', short, id));
    await steps.time(`${name} delete`, () => call('delete', '-f', id));
  });
  await each(async () => {
    await steps.time(`${name} create`, () => call('create', '--bundle', short, id));
    await steps.time(`${name} start`, () => call('start', id));
    await call('delete', '-f', id);
  });
  if (name === 'crun') {
    const groupless = ['--cgroup-manager', 'disabled'];
    await each(async () => {
      await steps.time(`${name} run without control groups`, () =>
        call(...groupless, 'run', '-d', '--bundle', short, id),
      );
      await call(...groupless, 'delete', '-f', id);
    });
  }
  await call('run', '-d', '--bundle', long, id);
  await each(() => steps.time(`**${name} exec**`, () => call('exec', id, 'true')));
  await call('delete', '-f', id);
  await each(() =>
    steps.time('a network namespace alone (unshare -n true)', () => view.run(['unshare', '-n', 'true'])),
  );
  steps.counts = false;
}

/** Its network namespace is gone with the container; the new one is empty. */
async function bundleOf(folder: string, name: string, container: string, args: string[]): Promise<string> {
  const config = JSON.parse(await readFile(join(container, 'config.json'), 'utf8')) as {
    process: { args: string[] };
    linux: { namespaces: { type: string; path?: string }[] };
  };
  config.process.args = args;
  for (const namespace of config.linux.namespaces) if (namespace.type === 'network') delete namespace.path;
  const bundle = join(folder, name);
  await mkdir(bundle);
  await writeFile(join(bundle, 'config.json'), JSON.stringify(config));
  return bundle;
}

interface View extends AsyncDisposable {
  run(command: readonly string[]): Promise<void>;
}

/** A process holds the namespace, so that no command has to make it. */
async function openView(isCrun: boolean): Promise<View> {
  const hides = isCrun && existsSync('/sys/fs/cgroup/unified/cgroup.controllers');
  if (!hides) return { run: execute, [Symbol.asyncDispose]: async () => undefined };
  const script = `${HIDE}; echo up; cat`;
  const holder = spawn('unshare', ['-m', '--propagation', 'unchanged', 'sh', '-ec', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(holder, 'exit');
  await Promise.race([once(holder.stdout, 'data'), ended]);
  if (holder.exitCode !== null) throw new Error(`no mount namespace: exit code ${holder.exitCode}`);
  return {
    run: (command) => execute(['nsenter', '-t', String(holder.pid), '-m', ...command]),
    async [Symbol.asyncDispose]() {
      holder.stdin.end();
      await ended;
    },
  };
}

async function execute([file = '', ...args]: readonly string[]): Promise<void> {
  // No pipes: the container would keep them open, and the end of the start would never be seen.
  const child: ChildProcess = spawn(file, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${code}`);
}
