// Fifty of the same order at once through the dashboard's API: one effect, clean answers for the rest.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { TRPCClientError } from '@trpc/client';
import { busyboxRootfs } from '#engine/testing/busybox-rootfs.ts';
import { startDavit } from '../davit-process.ts';
import { setUpOwner } from '../set-up-owner.ts';

const PASSWORD = 'a long enough passphrase';
const CLEAN = ['conflict', 'not_found'];

test('fifty starts, stops and removals of one container at once', { timeout: 180_000 }, async () => {
  await using davit = await startDavit();
  const api = await setUpOwner(davit, 'ann', PASSWORD);
  await davit.untilReady();
  await importBusybox();
  const { id: containerId } = await api.trpc.containers.create.mutate({
    name: 'storm',
    config: { image: 'busybox:1', command: ['sleep', '600'], ports: [{ containerPort: 80 }] },
  });

  const started = await fifty(() => api.trpc.containers.start.mutate({ containerId }));
  assert.deepEqual(codesOf(started), []);
  const before = await api.trpc.containers.get.query({ containerId });
  assert.equal(before.state.status, 'running');
  assert.deepEqual(codesOf(await fifty(() => api.trpc.containers.stop.mutate({ containerId, timeoutSeconds: 0 }))), []);
  assert.equal((await api.trpc.containers.get.query({ containerId })).state.status, 'exited');

  const mixed = await fifty<unknown>((at) =>
    at % 2 === 0
      ? api.trpc.containers.start.mutate({ containerId })
      : api.trpc.containers.stop.mutate({ containerId, timeoutSeconds: 0 }),
  );
  assert.ok(
    codesOf(mixed).every((code) => CLEAN.includes(code)),
    codesOf(mixed).join(),
  );
  const removed = await fifty(() => api.trpc.containers.remove.mutate({ containerId, force: true }));
  assert.ok(removed.some(({ status }) => status === 'fulfilled'));
  assert.ok(
    codesOf(removed).every((code) => CLEAN.includes(code)),
    codesOf(removed).join(),
  );
  assert.deepEqual(await api.trpc.containers.list.query({}), []);
  assert.equal(await davit.admin(['verify']), '');
  assert.doesNotMatch(davit.output(), /"level":(50|60|"error")/);

  async function importBusybox(): Promise<void> {
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/x-tar' },
      body: new Uint8Array(await busyboxRootfs()),
    };
    const answer = await api.send(`${davit.url}/api/uploads/images/import?reference=busybox:1`, init);
    assert.equal(answer.status, 202);
    for (let tries = 0; tries < 300; tries += 1) {
      if ((await api.trpc.images.list.query({})).length > 0) return;
      await delay(100);
    }
    throw new Error('the image did not arrive');
  }
});

function fifty<T>(work: (at: number) => Promise<T>): Promise<PromiseSettledResult<T>[]> {
  return Promise.allSettled(Array.from({ length: 50 }, (_, at) => work(at)));
}

function codesOf(results: readonly PromiseSettledResult<unknown>[]): string[] {
  return results.flatMap((result) => {
    if (result.status === 'fulfilled') return [];
    if (!(result.reason instanceof TRPCClientError)) return [String(result.reason)];
    const data: unknown = result.reason.data;
    return typeof data === 'object' && data !== null && 'code' in data ? String(data.code) : result.reason.message;
  });
}
