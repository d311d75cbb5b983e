// What containers used is still known after the server was killed, with a gap where nobody looked; and a record that is
// damaged is begun anew while everything else works.
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { busyboxRootfs } from '#engine/testing/busybox-rootfs.ts';
import { type ApiClient, createApiClient } from '../api-client.ts';
import { startDavit } from '../davit-process.ts';

const PASSWORD = 'a long enough passphrase';
const STEP_MS = 10_000;
const QUIET_MS = 25_000;

/** Asks until the answer is as wanted. */
async function until<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    if (tries > 360) throw new Error(`it never came: ${JSON.stringify(answer).slice(0, 500)}`);
    await delay(500);
  }
}

async function runBusy(api: ApiClient, url: string): Promise<void> {
  const answer = await api.send(`${url}/api/uploads/images/import?reference=busybox:1`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-tar' },
    body: new Uint8Array(await busyboxRootfs()),
  });
  assert.equal(answer.status, 202);
  await until(
    () => api.trpc.images.list.query({}),
    (images) => images.length === 1,
  );
  const config = {
    image: 'busybox:1',
    command: ['sh', '-c', 'while :; do :; done'],
    resources: { nanoCpus: 200_000_000, memoryBytes: 64 << 20 },
  };
  await api.trpc.containers.run.mutate({ name: 'busy', config });
}

test('metrics outlive the server with a gap, and a damaged record is begun anew', { timeout: 600_000 }, async () => {
  await using davit = await startDavit();
  await davit.untilReady();
  const api = createApiClient(davit.url);
  await assert.rejects(createApiClient(davit.url).trpc.metrics.host.query({}), /Sign in/);
  const code = readFileSync(join(davit.dataRoot, 'setup-code'), 'utf8').trim();
  await api.trpc.session.setup.mutate({ code, name: 'anna', password: PASSWORD });
  await runBusy(api, davit.url);
  const read = () => api.trpc.metrics.container.query({ containerId: 'busy', lastSeconds: 900 });

  // More than a minute: the first minutes are in the file then.
  const before = await until(read, ({ at }) => (at.at(-1) ?? 0) - (at[0] ?? 0) >= 8 * STEP_MS);
  const cpu = before.figures.cpu.filter((value) => value !== null);
  assert.ok(cpu.length >= 7 && Math.max(...cpu) < 45, `a fifth of a core: ${cpu.join(' ')}`);
  assert.ok(before.figures.memory.every((value) => value !== null && value < 64 << 20));
  assert.deepEqual(before.figures.memoryLimit.at(-1), 64 << 20);
  assert.ok(before.marks.some(({ kind }) => kind === 'start'));

  await davit.kill();
  await delay(QUIET_MS);
  await davit.start();
  await davit.untilReady();
  const killedAt = before.to;
  const after = await until(read, ({ at }) => at.filter((time) => time > killedAt + QUIET_MS).length >= 2);
  assert.ok(after.at.some((time) => time < killedAt - STEP_MS));
  const [first = 0] = after.at.filter((time) => time > killedAt + QUIET_MS / 2);
  const last = after.at.filter((time) => time < first).at(-1) ?? 0;
  assert.ok(first - last >= QUIET_MS - STEP_MS, 'nothing is invented where nobody looked');
  const host = await api.trpc.metrics.host.query({ lastSeconds: 900 });
  assert.ok(host.figures.memory.some((value) => value !== null && value > 0));

  await davit.kill();
  const file = join(davit.dataRoot, 'metrics.db');
  for (const ending of ['-wal', '-shm']) rmSync(`${file}${ending}`, { force: true });
  writeFileSync(file, 'this is no database');
  await davit.start();
  await davit.untilReady();
  const checks = await until(
    () => api.trpc.host.checks.query({}),
    (found) => found.some(({ code: name }) => name === 'metrics_damaged'),
  );
  assert.equal(checks.find(({ code: name }) => name === 'metrics_damaged')?.severity, 'warning');
  const anew = await until(read, ({ at }) => at.length >= 2);
  assert.ok(anew.at.every((time) => time > first));

  await api.trpc.containers.remove.mutate({ containerId: 'busy', force: true });
  await assert.rejects(read(), /No such container/);
});
