import { chmod, copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newContainerId } from '../lib/index.ts';
import { Cgroups } from './cgroups.ts';
import type { Trial } from './choose-program.ts';
import type { RuntimeOptions } from './create-runtime.ts';
import type { CrunSpecs } from './crun-spec.ts';
import type { HostFacts } from './host-facts.ts';
import { endShim } from './leftovers.ts';
import type { TaskSpec } from './runtime.ts';
import { ShimStartFailure } from './shim/connection.ts';
import { startShim } from './shim/shim-client.ts';
import { buildSpec } from './spec.ts';

const ROOT_FOLDERS = ['dev', 'proc', 'sys', 'etc'];

/** Starts the shim's own program, which is static, as a container: limits, devices, the usual mounts and the usual seccomp profile. */
export function createTrial(
  opts: Pick<RuntimeOptions, 'paths' | 'instance' | 'shimPath' | 'kernel'> & { host: HostFacts; crunSpecs: CrunSpecs },
): Trial {
  return async (program, { hideUnified }) => {
    const id = newContainerId();
    const folder = join(opts.paths.trials, id);
    const rootfs = join(folder, 'rootfs');
    // In groups of its own: nobody takes it for a container of the instance.
    const cgroups = new Cgroups({ instance: `${opts.instance}-trial`, version: opts.host.cgroupVersion });
    try {
      for (const name of ROOT_FOLDERS) await mkdir(join(rootfs, name), { recursive: true, mode: 0o755 });
      await mkdir(program.root, { recursive: true, mode: 0o700 });
      await copyFile(opts.shimPath, join(rootfs, 'program'));
      await chmod(join(rootfs, 'program'), 0o755);
      const oci = buildSpec(taskOf(id, folder, rootfs), {
        host: opts.host,
        cgroupsPath: cgroups.pathOf(id),
        initPath: opts.shimPath,
        hostDevices: () => [],
        devicesAt: () => undefined,
      });
      const { spec } = opts.crunSpecs.adapt(oci);
      await writeFile(join(folder, 'config.json'), JSON.stringify(spec), { mode: 0o600 });
      const args = [
        ...[
          `--id=${id}`,
          `--bundle=${folder}`,
          `--runtime=${await program.path()}`,
          `--root=${program.root}`,
          '--crun',
        ],
        ...(hideUnified ? ['--hide-unified'] : []),
      ];
      const { shimPath, kernel } = opts;
      const { monitor } = await startShim({ shimPath, kernel, args, dir: folder, early: false });
      const exit = await monitor.exited;
      await monitor.finished;
      monitor.close();
      return exit?.exitCode === 0 ? undefined : `a container ended with code ${exit?.exitCode ?? 'unknown'}`;
    } catch (error) {
      if (error instanceof ShimStartFailure) return error.said.trim();
      return error instanceof Error ? error.message : String(error);
    } finally {
      await endShim(folder, id);
      await program.delete(id);
      await cgroups.remove(id);
      await cgroups.remove('');
      await rm(folder, { recursive: true, force: true });
    }
  };
}

function taskOf(id: TaskSpec['id'], bundle: string, rootfs: string): TaskSpec {
  return {
    ...{ id, bundle, rootfs, args: ['/program', '--version'], env: ['PATH=/'], cwd: '/' },
    user: { uid: 0, gid: 0, additionalGids: [] },
    ...{ tty: false, openStdin: false, stdinOnce: false, hostname: 'trial', netns: { kind: 'host' } },
    ...{ mounts: [], resources: { memoryBytes: 64 * 2 ** 20, pidsLimit: 64 }, readonlyRootfs: false },
    ...{ privileged: false, capAdd: [], capDrop: [], noNewPrivileges: false, seccomp: 'default' },
    ...{ sysctls: {}, shmSizeBytes: 2 ** 20, oomScoreAdj: 0, ulimits: [], init: false, log: 'none' },
  };
}
