import { randomBytes } from 'node:crypto';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKernel, type Kernel } from '../../kernel/index.ts';
import { newContainerId, silentLogger, systemClock } from '../../lib/index.ts';
import { type EnginePaths, enginePaths } from '../../paths.ts';
import { Cgroups } from '../cgroups.ts';
import { createRuntime } from '../create-runtime.ts';
import { readHostFacts } from '../host-facts.ts';
import { OciProgram, type ProgramName } from '../oci-program.ts';
import type { Runtime, TaskSpec } from '../runtime.ts';
import { compiledShim } from './compiled-shim.ts';

const APPLETS = ['sh', 'cat', 'sleep', 'echo', 'true', 'stty', 'tail', 'id', 'kill', 'printf', 'head'];

/** A runtime with a root file system of busybox, in folders and control groups of its own. */
export class RuntimeFixture implements AsyncDisposable {
  runtime: Runtime;
  readonly paths: EnginePaths;
  readonly settings: { root: string; instance: string; shimPath: string; runcPath?: string; program?: ProgramName };
  readonly kernel: Kernel;

  private constructor(settings: RuntimeFixture['settings'], kernel: Kernel) {
    this.kernel = kernel;
    this.settings = settings;
    this.paths = pathsOf(settings.root);
    this.runtime = runtimeOf(settings, kernel);
  }

  static async create(): Promise<RuntimeFixture> {
    const root = await mkdtemp(join(tmpdir(), 'davit-rt-'));
    const rootfs = join(root, 'rootfs');
    for (const folder of ['bin', 'sbin', 'dev', 'proc', 'sys', 'etc'])
      await mkdir(join(rootfs, folder), { recursive: true });
    await copyFile('/bin/busybox', join(rootfs, 'bin', 'busybox'));
    await chmod(join(rootfs, 'bin', 'busybox'), 0o755);
    for (const applet of APPLETS) await symlink('busybox', join(rootfs, 'bin', applet));
    await writeFile(join(rootfs, 'etc', 'hosts'), '127.0.0.1 localhost\n');
    const shimPath = await compiledShim();
    const instance = `t${randomBytes(3).toString('hex')}`;
    return new RuntimeFixture({ root, shimPath, instance }, await createKernel());
  }

  spec(change: Partial<TaskSpec>): TaskSpec {
    const id = newContainerId();
    return {
      id,
      rootfs: join(this.settings.root, 'rootfs'),
      bundle: this.paths.container(id),
      args: ['true'],
      env: ['PATH=/bin'],
      cwd: '/',
      user: { uid: 0, gid: 0, additionalGids: [0] },
      tty: false,
      openStdin: false,
      stdinOnce: false,
      hostname: 'box',
      netns: { kind: 'host' },
      mounts: [],
      resources: {},
      readonlyRootfs: false,
      privileged: false,
      capAdd: [],
      capDrop: [],
      noNewPrivileges: false,
      seccomp: 'default',
      sysctls: {},
      shmSizeBytes: 2 ** 26,
      oomScoreAdj: 0,
      ulimits: [],
      init: false,
      log: { maxBytes: 10 * 2 ** 20, maxFiles: 3 },
      ...change,
    };
  }

  /** From now on `runc run` never answers; every other command works. */
  async hangRunc(): Promise<void> {
    await this.spoilRunc('exec sleep 1000');
  }

  /** Path of the runtime as installed. */
  async realRunc(): Promise<string> {
    return await new OciProgram('runc', this.paths.runcRoot).path();
  }

  /** From now on `runc run`, or another one, is this shell command; every other command works. */
  async spoilRunc(command: string, verb: 'run' | 'exec' = 'run'): Promise<void> {
    const runcPath = join(this.settings.root, 'spoilt-runc');
    const real = await this.realRunc();
    const script = `#!/bin/sh\ncase "$*" in *" ${verb} -d "*) ${command} ;; esac\nexec ${real} "$@"\n`;
    await writeFile(runcPath, script, { mode: 0o755 });
    this.settings.runcPath = runcPath;
    this.settings.program = 'runc';
    await this.restart();
  }

  /** As a new server after the old one has gone. */
  async restart(): Promise<void> {
    await this.runtime[Symbol.asyncDispose]();
    this.runtime = runtimeOf(this.settings, this.kernel);
  }

  async shimPid(id: string): Promise<number> {
    return Number(await readFile(join(this.paths.runContainer(id), 'shim'), 'utf8'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const id of await this.runtime.listKnown()) await this.runtime.cleanUp(id);
    await this.runtime[Symbol.asyncDispose]();
    await this.kernel[Symbol.asyncDispose]();
    await new Cgroups({ instance: this.settings.instance, version: readHostFacts().cgroupVersion }).remove('');
    await rm(this.settings.root, { recursive: true, force: true });
  }
}

/** Which one tests run with, unless they say so. */
const PROGRAM = process.env['DAVIT_TEST_RUNTIME'] === 'crun' ? 'crun' : 'runc';

function pathsOf(root: string): EnginePaths {
  return enginePaths(join(root, 'data'), join(root, 'run'));
}

export function runtimeOf(settings: RuntimeFixture['settings'], kernel: Kernel): Runtime {
  const { root, instance, shimPath, runcPath, program = PROGRAM } = settings;
  const shared = { log: silentLogger, clock: systemClock };
  return createRuntime({ ...shared, paths: pathsOf(root), instance, shimPath, kernel, runcPath, program });
}
