// A disk without a free byte, then without a free inode: everything is still shown, stopped and removed; what needs room is
// refused with the reason; with room again all goes on by itself.
import assert from 'node:assert/strict';
import { closeSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { busyboxRootfs } from '#engine/testing/busybox-rootfs.ts';
import { startDavit, untilStarted } from '../davit-process.ts';
import { type Ask, askSocket, RefusedRequest } from '../socket-client.ts';
import { untilVerified } from '../verify.ts';

const MIB = 1 << 20;
const NAMES = ['one', 'two', 'three', 'four'];

/** Fills what holds the data root; `empty` gives the room back. */
const FILLERS: Record<string, (folder: string) => void> = {
  bytes(folder) {
    const file = openSync(join(folder, 'filling'), 'a');
    try {
      for (const size of [MIB, 4096]) untilFull(() => writeSync(file, Buffer.alloc(size, 1)));
    } finally {
      closeSync(file);
    }
  },
  inodes(folder) {
    let made = 0;
    untilFull(() => {
      made += 1;
      writeFileSync(join(folder, `${process.hrtime.bigint()}-${made}`), '');
    });
  },
};

for (const [what, fill] of Object.entries(FILLERS)) {
  test(`without free ${what} reads, stop and remove go on, writes are refused, and room mends all`, {
    timeout: 300_000,
  }, async () => {
    await using davit = await startDavit({ diskBytes: 160 * MIB, inodes: 20_000 });
    const ask = askSocket(`${davit.runRoot}/docker.sock`);
    await ask('POST', '/images/create?fromSrc=-&repo=base&tag=1', await busyboxRootfs());
    for (const name of NAMES) {
      await ask('POST', `/containers/create?name=${name}`, {
        Image: 'base:1',
        Cmd: ['sh', '-c', `echo from ${name}; exec sleep 600`],
      });
      await ask('POST', `/containers/${name}/start`);
    }
    const folder = join(dirname(davit.dataRoot), 'foreign');
    mkdirSync(folder);
    fill(folder);

    assert.deepEqual(await namesOf(ask), NAMES.toSorted());
    assert.match(await ask('GET', '/containers/one/json'), /"Running":true/);
    assert.match(await ask('GET', '/containers/one/logs?stdout=1'), /from one/);
    for (let tries = 0; tries < 5; tries += 1) await refusedAsFull(createAnother(ask, `more${tries}`));
    await ask('POST', '/containers/one/stop?t=0');
    assert.match(await ask('GET', '/containers/one/json'), /"Status":"exited"/);
    await ask('DELETE', '/containers/one');
    await ask('POST', '/containers/two/stop?t=0');
    await ask('DELETE', '/containers/three?force=1');
    assert.deepEqual(await namesOf(ask), ['four', 'two']);

    fill(folder);
    await davit.kill();
    await davit.start();
    await untilStarted(davit);
    assert.deepEqual(await namesOf(ask), ['four', 'two']);
    assert.match(await ask('GET', '/containers/four/json'), /"Running":true/);
    await ask('POST', '/containers/four/stop?t=0');

    rmSync(folder, { recursive: true });
    await ask('POST', '/containers/two/start');
    await createAnother(ask, 'after');
    await ask('POST', '/containers/after/start');
    for (const name of ['two', 'four', 'after']) await ask('DELETE', `/containers/${name}?force=1`);
    await untilVerified(davit);
  });
}

function untilFull(write: () => unknown): void {
  for (;;) {
    try {
      write();
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return;
      throw error;
    }
  }
}

async function namesOf(ask: Ask): Promise<string[]> {
  const rows = JSON.parse(await ask('GET', '/containers/json?all=1')) as { Names: string[] }[];
  return rows.map(({ Names: [name = ''] }) => name.slice(1)).sort();
}

function createAnother(ask: Ask, name: string): Promise<string> {
  return ask('POST', `/containers/create?name=${name}`, { Image: 'base:1', Cmd: ['true'] });
}

/** 507 with what is wrong; in the words of Docker's clients there is no other place for it. */
async function refusedAsFull(asked: Promise<string>): Promise<void> {
  const error = await asked.then(
    () => assert.fail('it was done on a full disk'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof RefusedRequest, String(error));
  assert.equal(error.status, 507, error.message);
  assert.match(error.message, /No (space|room for another file) is left on the disk; remove/);
}
