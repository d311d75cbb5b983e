import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isEngineError } from '../errors/index.ts';
import { type ContainerId, newContainerId } from '../lib/index.ts';
import { containerConfig } from '../testing/container-config.ts';
import type { ContainerRecord, ContainerState, ContainerStore } from './container-service.ts';

/** A row for store tests. */
function containerRow(change: Partial<ContainerRecord> = {}): ContainerRecord {
  const id = change.id ?? newContainerId();
  return {
    id,
    name: `c-${id.slice(0, 8)}`,
    imageId: `sha256:${'a'.repeat(64)}`,
    config: containerConfig({ labels: { $date: 'x', status: 'ü' }, env: ['A=1'] }),
    process: { args: ['sh'], env: ['A=1'], cwd: '/', user: '', stopSignal: 15, stopTimeoutSeconds: 10 },
    mounts: [{ type: 'volume', name: 'data', target: '/data', readOnly: true }],
    state: { status: 'created' },
    phase: 'ready',
    manuallyStopped: false,
    restartCount: 0,
    createdBy: undefined,
    createdAt: new Date('2026-01-02T03:04:05.678Z'),
    ...change,
  };
}

const at = new Date('2026-01-02T03:04:05.678Z');
const ended = { exitCode: 137, oomKilled: true, startedAt: at, finishedAt: new Date(9) };
const STATES: ContainerState[] = [
  { status: 'created', error: 'no such file', exitCode: 127 },
  { status: 'running', pid: 42, pidStartTicks: 2n ** 60n + 1n, startedAt: at },
  {
    status: 'running',
    pid: 42,
    pidStartTicks: 7n,
    startedAt: at,
    health: {
      status: 'unhealthy',
      failingStreak: 3,
      log: [{ startedAt: at, endedAt: new Date(12), exitCode: -1, output: '2026-01-02T03:04:05.678Z' }],
    },
  },
  { status: 'paused', pid: 42, pidStartTicks: 7n, startedAt: at },
  { status: 'running', pid: 42, pidStartTicks: 7n, startedAt: at, restartedAt: [new Date(7), at] },
  { status: 'restarting', ...ended, nextAt: new Date(10), attempt: 3 },
  { status: 'restarting', ...ended, nextAt: new Date(10), attempt: 1, restartedAt: [at] },
  { status: 'exited', ...ended, signal: 9, stoppedBy: 'ann' },
  { status: 'dead', ...ended, error: 'device busy' },
  { status: 'removing' },
];

/** What every ContainerStore must do. */
export function containerStoreSuite(name: string, make: () => ContainerStore | Promise<ContainerStore>): void {
  test(`${name}: a row comes back as it was written`, async () => {
    const store = await make();
    const record = containerRow({ createdBy: 'user-1' });
    await store.insert(record);
    assert.deepEqual(await store.get(record.id), record);
    assert.deepEqual(await store.findByName(record.name), record);
    const { id, name: called, createdBy, phase } = record;
    assert.deepEqual(await store.identify(id), { id, name: called, createdBy, phase });
    assert.equal(await store.identify(newContainerId()), undefined);
    assert.equal(await store.get(newContainerId()), undefined);
  });

  test(`${name}: each state comes back with its ticks and dates`, async () => {
    const store = await make();
    const record = containerRow();
    await store.insert(record);
    for (const state of STATES) {
      await store.update(record.id, { state });
      assert.deepEqual((await store.findByName(record.name))?.state, state);
    }
  });

  test(`${name}: what is named changes, undefined included, and the rest stays`, async () => {
    const store = await make();
    const record = containerRow({ createdBy: 'user-1' });
    await store.insert(record);
    const change = { name: 'site', phase: 'creating', createdBy: undefined, restartCount: 2 } as const;
    await store.update(record.id, change);
    assert.deepEqual(await store.get(record.id), { ...record, ...change });
    await assert.rejects(store.update(newContainerId(), { phase: 'ready' }), { code: 'not_found' });
  });

  test(`${name}: names are unique and the refusal names the holder`, async () => {
    const store = await make();
    const first = containerRow({ name: 'web' });
    const second = containerRow({ name: 'db' });
    await store.insert(first);
    await store.insert(second);
    const taken = (error: unknown) =>
      isEngineError(error, 'already_exists') &&
      error.details.reason === 'name_taken' &&
      error.details['holder'] === first.id &&
      error.message.startsWith(`Conflict. The container name "/web" is already in use by container "${first.id}". `);
    await assert.rejects(store.insert(containerRow({ name: 'web' })), taken);
    await assert.rejects(store.update(second.id, { name: 'web' }), taken);
    await store.update(second.id, { name: 'cache' });
    assert.equal(await store.findByName('db'), undefined);
    assert.equal((await store.findByName('cache'))?.id, second.id);
  });

  test(`${name}: a prefix finds at most two`, async () => {
    const store = await make();
    const id = (start: string) => `${start}${newContainerId().slice(start.length)}` as ContainerId;
    for (const start of ['aaa1', 'aaa2', 'aaa3', 'bbb1'])
      await store.insert(containerRow({ id: id(start), name: start }));
    assert.equal((await store.findByIdPrefix('aaa')).length, 2);
    assert.deepEqual(
      (await store.findByIdPrefix('bbb')).map((row) => row.name),
      ['bbb1'],
    );
    for (const odd of ['ccc', '%', 'a_', 'b%']) assert.deepEqual(await store.findByIdPrefix(odd), []);
  });

  test(`${name}: what is deleted is gone and its name is free`, async () => {
    const store = await make();
    const record = containerRow({ name: 'web' });
    await store.insert(record);
    await store.delete(record.id);
    await store.delete(record.id);
    assert.deepEqual(await store.list(), []);
    await store.insert(containerRow({ name: 'web' }));
    assert.equal((await store.list()).length, 1);
  });
}
