import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, globSync, mkdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { CGROUP_ROOT } from '../../stats/index.ts';
import { waitUntil } from '../../testing/wait-until.ts';
import { Cgroups } from '../cgroups.ts';
import { readHostFacts } from '../host-facts.ts';

/** Tells the pid of the child and lives until its stdin ends, as a shim beside its child would; never collects it. */
const DRIVER = `#include "shim.h"
int main(int argc, char **argv) {
	printf("%d\\n", (int)wake_groups(argc > 1 ? argv[1] : NULL));
	fflush(stdout);
	return read(0, argv[0], 1) < 0;
}
`;

const host = readHostFacts();
/** Where the host has control groups of version 2, with or without controllers. */
const UNIFIED = host.cgroupVersion === 2 ? CGROUP_ROOT : join(CGROUP_ROOT, 'unified');
const withoutUnified = existsSync(join(UNIFIED, 'cgroup.procs')) ? undefined : 'this host has no version 2 at all';

let folder: Awaited<ReturnType<typeof mkdtempDisposable>>;
let program: string;

before(async () => {
  folder = await mkdtempDisposable(join(tmpdir(), 'davit-wake-'));
  program = join(folder.path, 'driver');
  writeFileSync(`${program}.c`, DRIVER);
  execFileSync('cc', ['-I', import.meta.dirname, '-o', program, `${program}.c`, join(import.meta.dirname, 'wake.c')]);
});

after(() => folder.remove());

interface Driver extends AsyncDisposable {
  parent: ChildProcess;
  childPid: number;
}

async function drive(procsFile?: string): Promise<Driver> {
  const parent = spawn(program, procsFile === undefined ? [] : [procsFile], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  return {
    parent,
    childPid: Number(line),
    async [Symbol.asyncDispose]() {
      if (parent.exitCode !== null || parent.signalCode !== null) return;
      parent.stdin.end();
      await once(parent, 'exit');
    },
  };
}

/** Not a letter of it: collected, or waiting to be. */
function hasEnded(pid: number): boolean {
  try {
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    // Collected already.
    return true;
  }
}

function members(group: string): number[] {
  return readFileSync(join(group, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
}

/** A group of its own, removed at the end; one that still has a process could not be. */
function ownGroup(parent: string): Disposable & { path: string } {
  const path = join(parent, `w${randomBytes(3).toString('hex')}`);
  mkdirSync(path);
  return { path, [Symbol.dispose]: () => rmdirSync(path) };
}

const HIERARCHIES = host.cgroupVersion === 2 ? [UNIFIED] : [join(CGROUP_ROOT, 'freezer'), UNIFIED];
for (const hierarchy of HIERARCHIES.filter((path) => existsSync(join(path, 'cgroup.procs')))) {
  test(`in ${hierarchy} only the child is moved, and it ends by itself`, async () => {
    using group = ownGroup(hierarchy);
    const [file, stop, go] =
      hierarchy === UNIFIED ? ['cgroup.freeze', '1', '0'] : ['freezer.state', 'FROZEN', 'THAWED'];
    // So that it stays where it has been moved to, until it was seen there.
    writeFileSync(join(group.path, file), stop);
    await using driver = await drive(join(group.path, 'cgroup.procs'));
    await waitUntil('the child is in the group', () => members(group.path).includes(driver.childPid));
    assert.deepEqual(members(group.path), [driver.childPid]);
    writeFileSync(join(group.path, file), go);
    await waitUntil('it ends without being told', () => hasEnded(driver.childPid));
    assert.equal(driver.parent.exitCode, null, 'the parent goes on');
  });
}

test('it holds no file of its parent: neither sockets of clients nor the pipes of a container', async () => {
  // It waits for whoever reads this, which is a moment to look at it.
  const pipe = join(folder.path, 'pipe');
  execFileSync('mkfifo', [pipe]);
  await using driver = await drive(pipe);
  const open = () => globSync(`/proc/${driver.childPid}/fd/*`);
  await waitUntil('it has closed what it got', () => open().length === 0);
  assert.equal(hasEnded(driver.childPid), false);
});

test('it goes with its parent', async () => {
  const pipe = join(folder.path, 'pipe-of-orphan');
  execFileSync('mkfifo', [pipe]);
  await using driver = await drive(pipe);
  // It waits for a reader of the pipe, who never comes.
  assert.equal(hasEnded(driver.childPid), false);
  driver.parent.kill('SIGKILL');
  await once(driver.parent, 'exit');
  await waitUntil('the child is gone', () => hasEnded(driver.childPid));
});

test('a host of version 2: nothing but the list of the root is written, and a refusal there is the end of it', {
  skip: withoutUnified,
}, async () => {
  const root = join(folder.path, 'recorded');
  mkdirSync(join(root, 'x', 'c1'), { recursive: true });
  const files = ['cgroup.procs', 'cgroup.subtree_control', 'x/cgroup.procs', 'x/c1/cgroup.procs', 'x/c1/cgroup.freeze'];
  for (const name of files) writeFileSync(join(root, name), '');
  const { rootProcs } = new Cgroups({ instance: 'x', version: 2, root });
  await using driver = await drive(rootProcs);
  await waitUntil('it ends', () => hasEnded(driver.childPid));
  assert.deepEqual(
    files.filter((name) => statSync(join(root, name)).size > 0),
    ['cgroup.procs'],
  );
  // Each time the process itself, by no number that could be somebody else's.
  assert.match(readFileSync(rootProcs, 'utf8'), /^0+$/);

  // As the kernel refuses it where a group may not hold processes.
  using group = ownGroup(UNIFIED);
  const threaded = join(group.path, 'threaded');
  const invalid = join(group.path, 'invalid');
  mkdirSync(threaded);
  writeFileSync(join(threaded, 'cgroup.type'), 'threaded');
  mkdirSync(invalid);
  try {
    assert.throws(() => writeFileSync(join(invalid, 'cgroup.procs'), '0'));
    await using refused = await drive(join(invalid, 'cgroup.procs'));
    await waitUntil('it gives up', () => hasEnded(refused.childPid));
    assert.equal(refused.parent.exitCode, null);
  } finally {
    rmdirSync(invalid);
    rmdirSync(threaded);
  }
});

test('without such a list nothing is begun, with one that is not there it ends at once', async () => {
  await using none = await drive();
  assert.equal(none.childPid, -1);
  await using missing = await drive(join(folder.path, 'nothing-here'));
  await waitUntil('it gives up', () => hasEnded(missing.childPid));
});
