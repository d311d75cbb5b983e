// What one instance has in the kernel and on disk, read from the kernel itself and not from Davit.
import { execFile } from 'node:child_process';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The folder that all containers of one kind share below their own layer: made once, a few empty files. */
const SHARED_LAYER = /^init-/;

interface Instance {
  name: string;
  dataRoot: string;
  runRoot: string;
}

/** One line for each thing that containers and images leave in use; empty when all are gone. The bridge is the network's. */
export async function findTraces(instance: Instance): Promise<string[]> {
  const { dataRoot, runRoot } = instance;
  const folders = [
    ...['containers', 'snapshots', 'content/ingest', 'trash', 'volumes'].map((name) => join(dataRoot, name)),
    ...['containers', 'netns', 'runc', 'crun'].map((name) => join(runRoot, name)),
  ];
  return [
    ...mountsOf(instance).map((target) => `mount ${target}`),
    ...folders.flatMap((folder) =>
      listFolder(folder)
        .filter((name) => !SHARED_LAYER.test(name))
        .map((name) => `file ${join(folder, name)}`),
    ),
    ...globSync('content/blobs/*/*', { cwd: dataRoot }).map((blob) => `blob ${blob}`),
    ...(await linksOf(instance)).filter((link) => link.startsWith(`${instance.name}-`)).map((link) => `link ${link}`),
    ...(await publishedPorts(instance)).map((port) => `firewall ${port}`),
    ...processesOf(instance).map((pid) => `process ${pid}`),
    ...cgroupsOf(instance)
      .filter((folder) => !folder.endsWith(`/${instance.name}`))
      .map((folder) => `cgroup ${folder}`),
  ];
}

/** Ends and removes whatever is left, the bridge and the table too. Only for a server that has ended. */
export async function removeTraces(instance: Instance): Promise<void> {
  for (const program of ['runc', 'crun']) {
    const state = join(instance.runRoot, program);
    for (const id of listFolder(state)) await quietly(program, '--root', state, 'delete', '-f', id);
  }
  for (const pid of processesOf(instance)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended with its container.
    }
  }
  for (const target of mountsOf(instance).reverse()) await quietly('umount', '-l', target);
  for (const link of await linksOf(instance)) await quietly('ip', 'link', 'del', link);
  await quietly('nft', 'delete', 'table', 'inet', instance.name);
  for (const folder of cgroupsOf(instance)) {
    // A group that still holds a dying process stays behind: it is empty and harmless.
    await rmdir(folder).catch(() => undefined);
  }
  for (const root of [instance.dataRoot, instance.runRoot]) await rm(root, { recursive: true, force: true });
}

function mountsOf({ dataRoot, runRoot }: Instance): string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((target) => target.startsWith(`${runRoot}/`) || target.startsWith(`${dataRoot}/`));
}

/** `<name>0` is the bridge, `<name>-xxxxxx` the host's end of a container's link. */
async function linksOf({ name }: Instance): Promise<string[]> {
  return (await readdir('/sys/class/net')).filter((link) => link === `${name}0` || link.startsWith(`${name}-`));
}

async function publishedPorts({ name }: Instance): Promise<string[]> {
  const { stdout } = await run('nft', ['list', 'table', 'inet', name]);
  return [...stdout.matchAll(/map ports(?:_at)? \{[^}]*elements = \{([^}]*)\}/g)].map(([, ports = '']) => ports.trim());
}

/**
 * Shims name the folder of runc's state in their arguments and the name server that of its records; the server is told
 * its run root in another word.
 */
function processesOf({ runRoot }: Instance): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => {
      const command = readOptional(`/proc/${pid}/cmdline`);
      return command.includes(`--root=${runRoot}/`) || command.includes(`\0${runRoot}/dns/`);
    })
    .map(Number);
}

/** Deepest first. */
function cgroupsOf({ name }: Instance): string[] {
  return ['/sys/fs/cgroup', ...listFolder('/sys/fs/cgroup').map((controller) => join('/sys/fs/cgroup', controller))]
    .map((root) => join(root, name))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => [
      ...readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => join(folder, entry.name)),
      folder,
    ]);
}

function listFolder(path: string): string[] {
  return existsSync(path) ? readdirSync(path) : [];
}

function readOptional(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // The process ended between the listing and the look.
    return '';
  }
}

async function quietly(command: string, ...args: string[]): Promise<void> {
  // Gone already is as good as removed; findTraces tells what truly stayed.
  await run(command, args).catch(() => undefined);
}
