import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, globSync } from 'node:fs';
import { mkdtemp, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { busyboxRootfs } from './busybox-rootfs.ts';
import { waitUntil } from './wait-until.ts';

const run = promisify(execFile);
const NEEDS = ['dockerd', 'containerd', 'docker'];
const IMAGE = 'busybox:test';

/** Debian's Docker on the host of a test, with folders of its own. */
interface DockerBeside extends AsyncDisposable {
  /** The docker program; its output. */
  docker(...args: string[]): Promise<string>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** What is missing to run a Docker daemon, in words; undefined when all is there. */
export function lacksDocker(): string | undefined {
  const folders = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`.split(delimiter);
  const missing = NEEDS.filter((name) => !folders.some((folder) => existsSync(join(folder, name))));
  return missing.length === 0 ? undefined : `${missing.join(', ')} not installed (package docker.io)`;
}

/**
 * The daemon with its usual settings in the network and mount namespace of this process, which must be one of its own: it
 * changes the firewall. Its only image is `busybox:test`.
 */
export async function dockerBeside(): Promise<DockerBeside> {
  const root = await mkdtemp(join(tmpdir(), 'docker-beside-'));
  const group = `d${randomBytes(3).toString('hex')}`;
  const host = `unix://${join(root, 'docker.sock')}`;
  let child: ChildProcess | undefined;
  let said = '';
  const beside: DockerBeside = {
    async docker(...args) {
      return (await run('docker', ['-H', host, ...args])).stdout;
    },
    async start() {
      const folders = ['--data-root', join(root, 'data'), '--exec-root', join(root, 'exec'), '-p', join(root, 'pid')];
      const groups = ['--exec-opt', 'native.cgroupdriver=cgroupfs', '--cgroup-parent', `/${group}`];
      const daemon = ['-H', host, '--bip', '10.209.255.1/24', '--shutdown-timeout', '1', ...folders, ...groups];
      const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };
      const started = spawn('dockerd', daemon, { env, stdio: ['ignore', 'ignore', 'pipe'] });
      child = started;
      started.stderr.on('data', (chunk: Buffer) => {
        said = (said + chunk.toString()).slice(-4000);
      });
      await waitUntil('dockerd answers', async () => {
        if (started.exitCode !== null) throw new Error(`dockerd ended:\n${said}`);
        return await beside.docker('version').then(
          () => true,
          () => false,
        );
      });
    },
    async stop() {
      const running = child;
      child = undefined;
      if (running === undefined || running.exitCode !== null) return;
      const ended = once(running, 'exit');
      running.kill('SIGTERM');
      await ended;
    },
    async [Symbol.asyncDispose]() {
      if (child !== undefined) {
        const ids = (await beside.docker('ps', '-aq')).split('\n').filter((id) => id !== '');
        if (ids.length > 0) await beside.docker('rm', '-f', ...ids);
      }
      await beside.stop();
      for (const path of ['netns', 'runtime-runc'])
        await run('umount', ['-lR', join(root, 'exec', path)]).catch(ignore);
      await rm(root, { recursive: true, force: true });
      for (const folder of globSync([`/sys/fs/cgroup/${group}`, `/sys/fs/cgroup/*/${group}`])) await rmdir(folder);
    },
  };
  await beside.start();
  const archive = join(root, 'rootfs.tar');
  await writeFile(archive, await busyboxRootfs());
  await beside.docker('import', archive, IMAGE);
  return beside;
}

/** Nothing may be mounted there. */
function ignore(): void {}
