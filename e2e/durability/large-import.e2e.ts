// A gigabyte through the upload route: others watch it, it can be stopped, and a connection that breaks leaves nothing.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { io } from 'socket.io-client';
import { type ApiClient, createApiClient } from '../api-client.ts';
import { type DavitProcess, startDavit } from '../davit-process.ts';
import { probeHealth, storedFiles, untilOperation, uploadNoise, type WireOperation } from '../large-upload.ts';

const PASSWORD = 'a long enough passphrase';
const MIB = 1 << 20;
const GIB_IN_MIB = 1024;

describe('a large import', () => {
  let davit: DavitProcess;
  let anna: ApiClient;
  let ben: ApiClient;
  before(async () => {
    davit = await startDavit();
    await davit.untilReady();
    anna = createApiClient(davit.url);
    const code = readFileSync(`${davit.dataRoot}/setup-code`, 'utf8').trim();
    await anna.trpc.session.setup.mutate({ code, name: 'anna', password: PASSWORD });
    await davit.admin(['create-user', 'ben', '--role', 'admin', '--password-stdin'], PASSWORD);
    ben = createApiClient(davit.url);
    await ben.trpc.session.signIn.mutate({ name: 'ben', password: PASSWORD });
  });
  after(() => davit[Symbol.asyncDispose]());

  it('tells everybody bytes, speed and time left, while the server answers as ever', {
    timeout: 400_000,
  }, async (t) => {
    const seen: WireOperation[] = [];
    using _watch = watch(davit, ben, (operation) => seen.push(operation));
    await using probe = probeHealth(davit);
    const begun = performance.now();
    const answer = await uploadNoise(anna, davit, { mib: GIB_IN_MIB, reference: 'large:1' });
    assert.equal(answer.status, 202, await answer.clone().text());
    const ended = await untilOperation(ben, 'large:1', ({ state }) => state !== 'running');
    const seconds = (performance.now() - begun) / 1000;
    const health = await probe.stop();
    t.diagnostic(`1 GiB in ${seconds.toFixed(1)} s; /healthz ${JSON.stringify(health)}`);
    assert.equal(ended.state, 'succeeded', JSON.stringify(ended.error));

    const own = seen.filter(({ id }) => id === ended.id);
    assert.equal(own[0]?.actorName, 'anna');
    const running = own.flatMap(({ progress }) => progress ?? []);
    assert.ok(running.length >= 4, `${running.length} reports of progress`);
    assert.ok(running.every(({ doneBytes }, at) => doneBytes >= (running[at - 1]?.doneBytes ?? 0)));
    assert.ok(running.every(({ totalBytes }) => totalBytes === GIB_IN_MIB * MIB + 1536));
    const told = running.find(({ secondsLeft }) => secondsLeft !== undefined && secondsLeft > 0);
    assert.ok(told?.bytesPerSecond !== undefined && told.bytesPerSecond > MIB, JSON.stringify(told));
    assert.equal(own.at(-1)?.state, 'succeeded');

    // A server that waits for disk or hash in its own thread would be silent for seconds.
    assert.ok(health.count > 20, JSON.stringify(health));
    assert.ok(health.medianMs < 250, JSON.stringify(health));
    assert.ok(health.maxMs < 5_000, JSON.stringify(health));

    const [image] = await ben.trpc.images.list.query({});
    assert.equal(image?.sizeBytes, GIB_IN_MIB * MIB);
    await anna.trpc.images.remove.mutate({ imageId: 'large:1' });
    assert.deepEqual(await storedFiles(davit), []);
  });

  it('cancelled half way by somebody else leaves nothing', { timeout: 300_000 }, async () => {
    const stop = new AbortController();
    const answer = uploadNoise(anna, davit, { mib: GIB_IN_MIB, reference: 'unwanted:1', signal: stop.signal });
    const half = await untilOperation(ben, 'unwanted:1', ({ state, progress }) => {
      return state !== 'running' || (progress?.doneBytes ?? 0) > (GIB_IN_MIB * MIB) / 3;
    });
    assert.equal(half.state, 'running');
    assert.notDeepEqual(await storedFiles(davit), []);
    assert.deepEqual(await ben.trpc.operations.cancel.mutate({ operationId: half.id }), { cancelled: true });
    const ended = await untilOperation(anna, 'unwanted:1', ({ state }) => state !== 'running');
    assert.equal(ended.state, 'cancelled');
    assert.equal((await answer).status, 202);
    stop.abort();
    await assertNothingStored(davit, anna);
  });

  it('whose connection breaks fails as interrupted and leaves nothing', { timeout: 300_000 }, async () => {
    const stop = new AbortController();
    const answer = uploadNoise(anna, davit, { mib: GIB_IN_MIB, reference: 'lost:1', signal: stop.signal });
    await untilOperation(anna, 'lost:1', ({ progress }) => (progress?.doneBytes ?? 0) > 50 * MIB);
    stop.abort();
    await assert.rejects(answer, { name: 'AbortError' });
    const ended = await untilOperation(anna, 'lost:1', ({ state }) => state !== 'running');
    assert.equal(ended.state, 'failed');
    assert.equal(ended.error?.reason, 'upload_interrupted', JSON.stringify(ended.error));
    assert.match(ended.error?.message ?? '', /^The upload was interrupted after \d+ of 1073743360 bytes$/);
    await assertNothingStored(davit, anna);
  });
});

/** Operations as a second person's page gets them. */
function watch(davit: DavitProcess, api: ApiClient, onOperation: (operation: WireOperation) => void): Disposable {
  const extraHeaders = { cookie: api.cookie(), origin: davit.url };
  const socket = io(davit.url, { transports: ['websocket'], extraHeaders, forceNew: true });
  socket.on('operation', onOperation);
  return { [Symbol.dispose]: () => void socket.disconnect() };
}

async function assertNothingStored(davit: DavitProcess, api: ApiClient): Promise<void> {
  assert.deepEqual(await storedFiles(davit), []);
  assert.deepEqual(await api.trpc.images.list.query({}), []);
  assert.match(await davit.admin(['verify']), /^$/);
}
