import { access, constants, readFile } from 'node:fs/promises';
import { release } from 'node:os';
import { join } from 'node:path';
import { errnoOf, isEngineError } from '../errors/index.ts';
import type { Kernel } from '../kernel/index.ts';
import { whyNotWritable } from '../lib/index.ts';
import { findAardvark, findAdvertisedLinks, findForeignDrops, tryFirewall } from '../networks/index.ts';
import type { Runtime, RuntimeInfo } from '../runtime/runtime.ts';
import type { HostCheck } from './engine.ts';

const MIB = 1024 * 1024;
const LEAST_DISK = 512 * MIB;
const LITTLE_DISK = 5 * 1024 * MIB;
const INSTALL = 'apt-get install -y';

type FirewallKernel = Pick<Kernel, 'tryTable' | 'listClosedChains'>;

interface HostCheckDeps {
  kernel: FirewallKernel & Pick<Kernel, 'statfs'>;
  runtime: Pick<Runtime, 'check'>;
  dataRoot: string;
  instance: string;
}

/** Everything the engine needs of the host, each with the command that mends it. */
export async function checkHost(deps: HostCheckDeps): Promise<HostCheck[]> {
  const lists = await Promise.all([
    checkRoot(process.getuid?.()),
    checkRuntime(deps.runtime),
    checkNftables(deps.kernel, deps.instance),
    checkAdvertisements(),
    checkOverlay(),
    checkCgroups(),
    checkCompiler(process.env['PATH'] ?? ''),
    checkNameServer(),
    checkDisk(deps.kernel, deps.dataRoot),
    checkWritable(deps.dataRoot),
  ]);
  return lists.flat();
}

function result(
  code: string,
  ok: boolean,
  severity: HostCheck['severity'],
  words: { good: string; bad: string; params?: HostCheck['params']; fix: string },
): HostCheck {
  const { good, bad, params = {}, fix } = words;
  return { code, ok, severity, message: ok ? good : bad, params, fix: ok ? undefined : fix };
}

async function checkRoot(uid: number | undefined): Promise<HostCheck[]> {
  return [
    result('root', uid === 0, 'error', {
      good: 'The server runs as root',
      bad: 'The server does not run as root: it cannot mount, make networks or start containers',
      fix: 'sudo ./davit up',
    }),
  ];
}

async function checkRuntime(runtime: Pick<Runtime, 'check'>): Promise<HostCheck[]> {
  const { runtime: chosen, ok, problems } = await runtime.check();
  const found = problems.map(({ code, message, params, fix }): HostCheck => {
    // A problem beside which containers still start is a warning.
    return { code, ok: false, severity: ok ? 'warning' : 'error', message, params, fix };
  });
  if (!ok) return found;
  const good = `${chosen?.name ?? ''} ${chosen?.version ?? ''} at ${chosen?.path ?? ''} and the shim can be run${reasonOf(chosen)}`;
  return [{ code: 'runtime', ok: true, severity: 'error', message: good, params: {}, fix: undefined }, ...found];
}

function reasonOf(found: RuntimeInfo | undefined): string {
  if (found === undefined || found.why === 'asked') return '';
  const reasons = {
    quicker: 'crun starts containers quicker, and a trial has shown that it works here',
    crun_missing: 'crun, which is quicker, is not installed',
    crun_fails: `crun, which is quicker, does not work here: ${found.said}`,
  };
  return ` (${reasons[found.why]})`;
}

async function checkNftables(kernel: FirewallKernel, instance: string): Promise<HostCheck[]> {
  let found: Awaited<ReturnType<typeof findForeignDrops>> = [];
  let why: string | undefined;
  let mend: Readonly<Record<string, string>> = {};
  let fix = `modprobe nf_tables, or ${INSTALL} linux-image-amd64 && reboot`;
  try {
    await tryFirewall(kernel, instance);
    found = await findForeignDrops(kernel, instance);
  } catch (error) {
    why = error instanceof Error ? error.message : String(error);
    if (isEngineError(error, 'denied')) {
      fix = 'Run the server as root with the capability CAP_NET_ADMIN';
      mend = { mend: 'net_admin' };
    }
  }
  const drops = found.map(({ chain, fix }): HostCheck => {
    const message = `The firewall chain ${chain} drops what containers send to others and get from them`;
    return { code: 'forward', ok: false, severity: 'warning', message, params: { chain }, fix };
  });
  return [
    ...drops,
    result('nftables', why === undefined, 'error', {
      good: 'The kernel takes the rules of the firewall (nf_tables)',
      bad: `The firewall cannot be changed: ${why}`,
      params: { why: why ?? '', ...mend },
      fix,
    }),
  ];
}

/** The first network with IPv6 switches forwarding on, and with that off what routers tell these links. */
async function checkAdvertisements(): Promise<HostCheck[]> {
  return (await findAdvertisedLinks()).map((link): HostCheck => {
    const message = `${link} gets its IPv6 route from router advertisements, which the kernel ignores once it forwards IPv6 for containers`;
    const setting = `net.ipv6.conf.${link}.accept_ra=2`;
    const fix = `sysctl -w ${setting} && echo ${setting} > /etc/sysctl.d/60-davit-${link}.conf`;
    return { code: 'advertisements', ok: false, severity: 'warning', message, params: { link }, fix };
  });
}

async function checkOverlay(): Promise<HostCheck[]> {
  const version = release();
  return [
    result('kernel', isAtLeast(version, 5, 11), 'error', {
      good: `Kernel ${version}`,
      bad: `Kernel ${version} is older than 5.11, which layers need`,
      params: { version },
      fix: `${INSTALL} linux-image-amd64 && reboot`,
    }),
    result('overlay', await hasOverlay(version), 'error', {
      good: 'The kernel can stack layers (overlay)',
      bad: 'The kernel has no overlay file system, neither built in nor as a module',
      fix: `modprobe overlay || ${INSTALL} linux-image-amd64`,
    }),
  ];
}

/** Loaded, or a module that the kernel loads at the first mount. */
async function hasOverlay(version: string): Promise<boolean> {
  if (/\boverlay$/m.test(await readFile('/proc/filesystems', 'utf8'))) return true;
  try {
    return /\/overlay\.ko\b/.test(await readFile(`/lib/modules/${version}/modules.dep`, 'utf8'));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Compares the leading `major.minor` of a kernel release. */
export function isAtLeast(version: string, major: number, minor: number): boolean {
  const [, ownMajor = '0', ownMinor = '0'] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(ownMajor) > major || (Number(ownMajor) === major && Number(ownMinor) >= minor);
}

async function checkCgroups(): Promise<HostCheck[]> {
  const present = await controllers();
  const missing = ['cpu', 'memory', 'pids'].filter((name) => !present.has(name));
  return [
    result('cgroups', missing.length === 0, missing.includes('memory') ? 'error' : 'warning', {
      good: 'Control groups for cpu, memory and pids are there',
      bad: `Control groups lack ${missing.join(', ')}: limits and figures of these will be missing`,
      params: { missing: missing.join(', ') },
      fix: 'Boot the kernel with cgroup_enable=memory and systemd.unified_cgroup_hierarchy=1',
    }),
  ];
}

async function controllers(): Promise<Set<string>> {
  try {
    return new Set((await readFile('/sys/fs/cgroup/cgroup.controllers', 'utf8')).trim().split(/\s+/));
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
  const rows = (await readFile('/proc/cgroups', 'utf8')).split('\n').map((line) => line.split('\t'));
  return new Set(rows.filter(([, , , enabled]) => enabled === '1').map(([name]) => name ?? ''));
}

async function checkCompiler(path: string): Promise<HostCheck[]> {
  const found = await Promise.all(
    path.split(':').map((folder) =>
      access(join(folder, 'cc'), constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  );
  return [
    result('compiler', found.includes(true), 'warning', {
      good: 'A C compiler for the shim is installed',
      bad: 'No C compiler: the next version of Davit cannot build its shim',
      fix: `${INSTALL} gcc libc6-dev`,
    }),
  ];
}

async function checkNameServer(): Promise<HostCheck[]> {
  return [
    result('names', (await findAardvark()) !== undefined, 'warning', {
      good: 'Containers of user-defined networks find each other by name (aardvark-dns)',
      bad: 'aardvark-dns is not installed: containers of user-defined networks cannot find each other by name',
      fix: `${INSTALL} aardvark-dns`,
    }),
  ];
}

async function checkDisk(kernel: Pick<Kernel, 'statfs'>, dataRoot: string): Promise<HostCheck[]> {
  const { freeBytes, freeInodes, totalInodes } = await kernel.statfs(dataRoot);
  const free = `${Math.round(freeBytes / MIB)} MiB`;
  // Some file systems have no fixed number of inodes and say 0 of 0.
  const inodes = totalInodes === 0 || freeInodes > 10_000;
  const severity = freeBytes < LEAST_DISK ? 'error' : 'warning';
  return [
    result('disk', freeBytes >= LITTLE_DISK && inodes, severity, {
      good: `${free} are free below ${dataRoot}`,
      bad: `Only ${free} and ${freeInodes} files are left below ${dataRoot}`,
      params: { free, freeBytes, files: freeInodes, folder: dataRoot },
      fix: 'Remove images and volumes that nothing uses, or enlarge the disk',
    }),
  ];
}

async function checkWritable(folder: string): Promise<HostCheck[]> {
  const code = await whyNotWritable(folder);
  // Of a server that was never started there is nothing yet, and others may not change it.
  const why = code === 'ENOENT' || code === 'EPERM' || code === 'EACCES' ? undefined : code;
  return [
    result('data_root', why === undefined, 'error', {
      good: `${folder} can be written`,
      bad: `${folder} is read-only or damaged (${why}): nothing can be changed`,
      params: { folder, why: why ?? '' },
      fix: 'dmesg | tail, then check the file system and mount it with write access',
    }),
  ];
}
