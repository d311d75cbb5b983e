// A file system that turns read-only under a running server, as ext4 does after an error of its disk.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { waitUntil } from '#engine/testing/wait-until.ts';
import { untilStarted } from '../davit-process.ts';
import { untilVerified } from '../verify.ts';
import { type BaseServer, logsOf, startBaseServer, startContainer } from './base-server.ts';

const MIB = 1 << 20;
const withoutLoop = existsSync('/dev/loop-control') ? undefined : 'the kernel has no loop devices';

test('under a data root that turns read-only reads, stops and removals go on, other orders are refused with the reason, and nothing is lost', {
  timeout: 240_000,
  skip: withoutLoop,
}, async () => {
  await using server = await startBaseServer({ imageBytes: 192 * MIB });
  const { davit, ask, tell } = server;
  await startContainer(ask, 'one', ['sh', '-c', 'echo from one; exec sleep 600']);
  await startContainer(ask, 'two', ['sleep', '600']);
  await startContainer(ask, 'stays', ['sleep', '600']);
  await ask('POST', '/containers/create?name=three', { Image: 'base:1', Cmd: ['true'] });
  await ask('POST', '/volumes/create', { Name: 'kept' });
  await waitUntil('it has spoken', async () => (await logsOf(ask, 'one')).includes('from one'));
  const pid = davit.pid();
  const pids = [await pidOf(server, 'one'), await pidOf(server, 'two')];
  const staying = await pidOf(server, 'stays');

  execFileSync('mount', ['-o', 'remount,abort', davit.dataRoot]);
  assert.deepEqual(await namesOf(server), ['/one', '/stays', '/three', '/two']);
  assert.match(await ask('GET', '/containers/one/json'), /"Running":true/);
  assert.match(await logsOf(ask, 'one'), /from one/);
  const refused: [string, string, object?][] = [
    ['POST', '/containers/create?name=four', { Image: 'base:1' }],
    ['POST', '/containers/three/start'],
    ['POST', '/volumes/create', { Name: 'more' }],
    ['POST', '/networks/create', { Name: 'more' }],
    ['DELETE', '/volumes/kept'],
  ];
  for (const [method, path, body] of refused) {
    const answer = await tell(method, path, body);
    assert.ok(answer.status >= 500, `${method} ${path}: ${answer.status} ${answer.body}`);
    assert.match(answer.body, /read-only/i, `${method} ${path}`);
  }
  // They need no new record to be done, and theirs wait for the disk.
  await ask('POST', '/containers/one/stop?t=0');
  assert.match(await ask('GET', '/containers/one/json'), /"Status":"exited"/);
  await ask('DELETE', '/containers/two?force=1');
  await ask('DELETE', '/containers/three');
  for (const held of pids) await waitUntil('its process has ended', () => !existsSync(`/proc/${held}`));
  for (const name of ['two', 'three']) {
    assert.match(await ask('GET', `/containers/${name}/json`), /"Status":"removing"/, name);
  }
  await waitUntil(
    'the next look at the host tells it',
    async () => (await (await fetch(`${davit.url}/readyz`)).text()).includes('"code":"data_root"'),
    60_000,
  );
  assert.deepEqual(await namesOf(server), ['/one', '/stays', '/three', '/two']);
  assert.equal(davit.pid(), pid);
  assert.ok(existsSync(`/proc/${pid}`), 'the server goes on');
  assert.ok(existsSync(`/proc/${staying}`), 'so do containers');

  // What an admin does: end all, check the file system, mount it again.
  await davit.stop();
  endIfThere(staying);
  await waitUntil('its container has ended', () => !existsSync(`/proc/${staying}`));
  // The roots of containers hold the old one: what a restart of the host would take away.
  for (const target of mountsBelow(dirname(davit.dataRoot)).reverse()) execFileSync('umount', [target]);
  // What another program began meanwhile in mounts of its own may hold the old one, which the same image would be again.
  const image = join(dirname(davit.dataRoot), 'mended.img');
  execFileSync('cp', ['--sparse=always', join(dirname(davit.dataRoot), 'disk.img'), image]);
  // 1: it was mended.
  assert.ok((spawnSync('e2fsck', ['-fy', image]).status ?? 9) <= 1);
  execFileSync('mount', ['-o', 'loop', image, davit.dataRoot]);
  await davit.start();
  await untilStarted(davit);
  assert.deepEqual(await namesOf(server), ['/one', '/stays'], 'what was removed is gone');
  assert.match(await ask('GET', '/containers/one/json'), /"Status":"exited"/);
  assert.match(await ask('GET', '/volumes/kept'), /"Name":"kept"/);
  // The rows of the orders, too: `verify` reads their chain.
  const audited = auditedIn(davit.dataRoot);
  assert.deepEqual(audited, ['container.stop one', 'container.remove two', 'container.remove three']);
  for (const name of ['one', 'stays']) await ask('POST', `/containers/${name}/start`);
  for (const name of ['one', 'stays']) await ask('DELETE', `/containers/${name}?force=1`);
  await untilVerified(davit);
});

function mountsBelow(folder: string): string[] {
  const targets = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '');
  return targets.filter((target) => target.startsWith(`${folder}/`));
}

/** Actions that ended containers, and their names, in the order of the audit log. */
function auditedIn(dataRoot: string): string[] {
  using database = new DatabaseSync(join(dataRoot, 'davit.db'), { readOnly: true });
  const rows = database
    .prepare(
      "SELECT action, objectName FROM AuditRow WHERE action IN ('container.stop', 'container.remove') ORDER BY seq",
    )
    .all();
  return rows.map(({ action, objectName }) => `${action} ${objectName}`);
}

async function pidOf({ ask }: BaseServer, name: string): Promise<number> {
  const { State: state } = JSON.parse(await ask('GET', `/containers/${name}/json`)) as { State: { Pid: number } };
  return state.Pid;
}

async function namesOf({ ask }: BaseServer): Promise<string[]> {
  const rows = JSON.parse(await ask('GET', '/containers/json?all=1')) as { Names: string[] }[];
  return rows.map(({ Names: [name = ''] }) => name).sort();
}

function endIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // The stop before has ended it.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
