// A clock that is set on and back under a running server: who is signed in, health checks, restarts and logs stay sane.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { waitUntil } from '#engine/testing/wait-until.ts';
import { setUpOwner } from '../set-up-owner.ts';
import { untilVerified } from '../verify.ts';
import { logsOf, startBaseServer, startContainer } from './base-server.ts';

const [LIBRARY] = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1');
const HOUR_MS = 3_600_000;
const YEARS_MS = 10 * 365 * 24 * HOUR_MS;
/** Offsets in their order; each is also a jump from the one before. */
const CLOCKS: readonly [name: string, offsetMs: number][] = [
  ['an hour on', HOUR_MS],
  ['ten years on', YEARS_MS],
  ['back', 0],
  ['an hour back', -HOUR_MS],
];
const PASSWORD = 'a long enough passphrase';
const TICKS_PER_SECOND = 100;

interface Health {
  State: { Health: { Status: string; Log: { Start: string }[] } };
}

test('clocks that jump an hour and ten years, and back', {
  timeout: 300_000,
  skip: LIBRARY === undefined ? 'libfaketime is not installed' : undefined,
}, async (t) => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'davit-clock-'));
  const file = join(folder.path, 'offset');
  const setClock = (offsetMs: number) => writeFile(file, `${offsetMs < 0 ? '' : '+'}${offsetMs / 1000}\n`);
  await setClock(0);
  // Only the time of day: what a set clock does not touch is not touched here either.
  const env = {
    LD_PRELOAD: LIBRARY ?? '',
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_CACHE_DURATION: '1',
    DONT_FAKE_MONOTONIC: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    NO_FAKE_STAT: '1',
  };
  await using server = await startBaseServer({ env });
  const { davit, ask } = server;
  const api = await setUpOwner(davit, 'ann', PASSWORD);
  await startContainer(ask, 'talks', ['sh', '-c', 'i=0; while :; do echo "line $i"; i=$((i+1)); sleep 0.5; done']);
  await startContainer(ask, 'fails', ['false'], { HostConfig: { RestartPolicy: { Name: 'always' } } });
  await startContainer(ask, 'probed', ['sleep', '600'], {
    Healthcheck: { Test: ['CMD', 'true'], Interval: 1e9, Timeout: 20e9 },
  });
  await waitUntil('it is healthy', async () => (await health()).Status === 'healthy', 30_000);

  for (const [name, offsetMs] of CLOCKS) {
    await setClock(offsetMs);
    const nowHere = () => Date.now() + offsetMs;
    await waitUntil(`the clock is ${name}`, async () => Math.abs((await serverTime()) - nowHere()) < 60_000, 30_000);
    const probes = new Set((await health()).Log.map(({ Start: start }) => start));
    const cpuBefore = cpuSeconds(davit.pid());
    const began = performance.now();
    await waitUntil(
      `${name}: health is asked on, and told with the time of now`,
      async () =>
        (await health()).Log.some(
          ({ Start: start }) => !probes.has(start) && Math.abs(Date.parse(start) - nowHere()) < 60_000,
        ),
      30_000,
    );
    assert.equal((await health()).Status, 'healthy');
    await delay(1_000);
    const busy = (cpuSeconds(davit.pid()) - cpuBefore) / ((performance.now() - began) / 1000);
    assert.ok(busy < 0.9, `${name}: the server is busy with ${busy.toFixed(2)} of a core`);

    // Half an hour without a click, by its clock, ends the session of an owner; never does a jump make one last.
    const isIn = await api.trpc.containers.list.query({}).then(
      () => true,
      () => false,
    );
    assert.equal(isIn, name === 'an hour back', name);
    await api.trpc.session.signIn.mutate({ name: 'ann', password: PASSWORD });
    assert.equal((await api.trpc.containers.list.query({})).length, 3, name);
    await ask('POST', '/containers/probed/restart?t=0');
    await waitUntil(`${name}: healthy again`, async () => (await health()).Status === 'healthy', 30_000);
  }

  const { RestartCount: restarts } = JSON.parse(await ask('GET', '/containers/fails/json')) as { RestartCount: number };
  t.diagnostic(`${restarts} restarts of a container that fails at once`);
  // With a pause that doubles up to a minute; each jump may begin it anew.
  assert.ok(restarts >= 3 && restarts < 60, `${restarts} restarts`);
  const numbers = [...(await logsOf(ask, 'talks')).matchAll(/line (\d+)/g)].map(([, number]) => Number(number));
  assert.ok(numbers.length > 5);
  assert.deepEqual(
    numbers,
    numbers.map((_, at) => at),
  );
  for (const name of ['talks', 'fails', 'probed']) await ask('DELETE', `/containers/${name}?force=1`);
  await untilVerified(davit);
  assert.doesNotMatch(davit.output(), /"level":(50|60)/);

  async function health(): Promise<Health['State']['Health']> {
    return (JSON.parse(await ask('GET', '/containers/probed/json')) as Health).State.Health;
  }

  async function serverTime(): Promise<number> {
    const { SystemTime: time } = JSON.parse(await ask('GET', '/info')) as { SystemTime: string };
    return Date.parse(time);
  }
});

function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
