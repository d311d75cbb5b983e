// A file system that turns read-only under a running server, as ext4 does after an error of its disk.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { waitUntil } from '#engine/testing/wait-until.ts';
import { type BaseServer, logsOf, startBaseServer, startContainer, untilSocket, untilVerified } from './base-server.ts';

const MIB = 1 << 20;
const withoutLoop = existsSync('/dev/loop-control') ? undefined : 'the kernel has no loop devices';

test('under a data root that turns read-only reads go on, writes are refused with the reason, and nothing is lost', {
  timeout: 240_000,
  skip: withoutLoop,
}, async () => {
  await using server = await startBaseServer({ imageBytes: 192 * MIB });
  const { davit, ask, tell } = server;
  await startContainer(ask, 'one', ['sh', '-c', 'echo from one; exec sleep 600']);
  await startContainer(ask, 'two', ['sleep', '600']);
  await ask('POST', '/containers/create?name=three', { Image: 'base:1', Cmd: ['true'] });
  await ask('POST', '/volumes/create', { Name: 'kept' });
  await waitUntil('it has spoken', async () => (await logsOf(ask, 'one')).includes('from one'));
  const pid = davit.pid();
  const pids = [await pidOf(server, 'one'), await pidOf(server, 'two')];

  execFileSync('mount', ['-o', 'remount,abort', davit.dataRoot]);
  assert.deepEqual(await namesOf(server), ['/one', '/three', '/two']);
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
  const stopped = await tell('POST', '/containers/one/stop?t=0');
  assert.ok(stopped.status < 400 || /read-only/i.test(stopped.body), `${stopped.status} ${stopped.body}`);
  await waitUntil(
    'the next look at the host tells it',
    async () => (await (await fetch(`${davit.url}/readyz`)).text()).includes('"code":"data_root"'),
    60_000,
  );
  assert.deepEqual(await namesOf(server), ['/one', '/three', '/two']);
  assert.equal(davit.pid(), pid);
  assert.ok(existsSync(`/proc/${pid}`), 'the server goes on');
  assert.ok(existsSync(`/proc/${pids[1]}`), 'so do containers');

  // What an admin does: end all, check the file system, mount it again.
  await davit.stop();
  for (const held of pids) endIfThere(held);
  for (const held of pids) await waitUntil('its container has ended', () => !existsSync(`/proc/${held}`));
  // The roots of containers hold the old one: what a restart of the host would take away.
  for (const target of mountsBelow(dirname(davit.dataRoot)).reverse()) execFileSync('umount', [target]);
  const image = join(dirname(davit.dataRoot), 'disk.img');
  // 1: it was mended.
  assert.ok((spawnSync('e2fsck', ['-fy', image]).status ?? 9) <= 1);
  execFileSync('mount', ['-o', 'loop', image, davit.dataRoot]);
  await davit.start();
  await untilSocket(davit, ask);
  assert.deepEqual(await namesOf(server), ['/one', '/three', '/two']);
  assert.match(await ask('GET', '/volumes/kept'), /"Name":"kept"/);
  for (const name of ['one', 'two', 'three']) await ask('POST', `/containers/${name}/start`);
  for (const name of ['one', 'two', 'three']) await ask('DELETE', `/containers/${name}?force=1`);
  await untilVerified(davit);
});

function mountsBelow(folder: string): string[] {
  const targets = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '');
  return targets.filter((target) => target.startsWith(`${folder}/`));
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
