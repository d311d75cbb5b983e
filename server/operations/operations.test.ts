import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineError, isEngineError } from '#engine/errors/index.ts';
import { silentLogger as log } from '#engine/lib/index.ts';
import { openTestDatabase } from '../db/test-database.ts';
import { createOperations, type OperationRecord } from './operations.ts';

const clock = () => new Date('2026-01-02T03:04:05.678Z');
const request = {
  environmentId: 'local',
  kind: 'image.load',
  actor: { id: 'ann', name: 'Ann' },
  object: { type: 'image', id: 'i1', name: 'nginx' },
};

async function open() {
  await using opening = new AsyncDisposableStack();
  const { db } = opening.use(await openTestDatabase());
  const operations = opening.use(createOperations({ db, log, clock }));
  const owned = opening.move();
  return { db, operations, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

test('an operation is recorded before it runs and keeps its result, log and progress', async () => {
  await using scratch = await open();
  const { db, operations } = scratch;
  const gate = Promise.withResolvers<void>();
  const started = await operations.start(request, async ({ id, onProgress, log: line }) => {
    assert.equal((await db.operation.findUniqueOrThrow({ where: { id } })).state, 'running');
    onProgress({ doneBytes: 5, totalBytes: 10, step: 'abc' });
    line('layer abc');
    await gate.promise;
    return { images: ['x'] };
  });
  assert.equal(started.state, 'running');
  gate.resolve();
  const done = await operations.wait(started.id);
  assert.deepEqual(done, {
    ...started,
    state: 'succeeded',
    progress: { doneBytes: 5, totalBytes: 10, step: 'abc' },
    result: { images: ['x'] },
    log: ['layer abc'],
    finishedAt: clock(),
  });
  assert.deepEqual(await createOperations({ db, log, clock }).get(started.id), done);
  assert.deepEqual(await operations.list({ environmentId: 'local' }), [done]);
  assert.deepEqual(await operations.list({ environmentId: 'other' }), []);
  assert.deepEqual(await operations.list({ states: ['running', 'succeeded'] }), [done]);
  assert.deepEqual(await operations.list({ states: ['failed'] }), []);
});

test('a failure is kept as what may be told', async () => {
  await using scratch = await open();
  const { operations } = scratch;
  const known = await operations.start(request, () =>
    Promise.reject(new EngineError('data_corrupt', 'Archive refused', { reason: 'archive_bad', entry: 'x' })),
  );
  const { state, error } = await operations.wait(known.id);
  assert.deepEqual([state, error?.reason, error?.params], ['failed', 'archive_bad', { entry: 'x' }]);
  const unknown = await operations.start(request, () => Promise.reject(new Error('/secret')));
  const failed = await operations.wait(unknown.id);
  assert.equal(failed.error?.code, 'internal');
  assert.doesNotMatch(JSON.stringify(failed), /secret/);
  const thrown = await operations.start(request, () => {
    throw new Error('at once');
  });
  assert.equal((await operations.wait(thrown.id)).state, 'failed');
});

test('cancel aborts the work once, and does nothing to what is over', async () => {
  await using scratch = await open();
  const { operations } = scratch;
  const undo = Promise.withResolvers<void>();
  const { id } = await operations.start(request, async ({ signal }) => {
    await untilAborted(signal).catch(() => undo.promise);
    signal.throwIfAborted();
  });
  assert.equal(await operations.cancel(id), true);
  const undoing = await operations.get(id);
  assert.deepEqual([undoing.state, undoing.cancelling], ['running', true]);
  undo.resolve();
  const ended = await operations.wait(id);
  assert.deepEqual([ended.state, ended.cancelling, ended.error?.code], ['cancelled', false, 'cancelled']);
  assert.equal(await operations.cancel(id), false);
  await assert.rejects(operations.cancel('nothing'), (error) => isEngineError(error, 'not_found'));
  await assert.rejects(operations.get('nothing'), (error) => isEngineError(error, 'not_found'));
});

test('listeners hear start, at most 4 updates a second, and always the end', async (t) => {
  await using scratch = await open();
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const heard: OperationRecord[] = [];
  using _failing = scratch.operations.subscribe(() => {
    throw new Error('a broken listener');
  });
  using _subscription = scratch.operations.subscribe((operation) => heard.push(operation));
  const { id } = await scratch.operations.start(request, async ({ onProgress }) => {
    for (let ms = 0; ms < 1000; ms += 1) {
      onProgress({ doneBytes: ms });
      t.mock.timers.tick(1);
    }
    onProgress({ doneBytes: 1000 });
  });
  await scratch.operations.wait(id);
  const updates = heard.slice(1, -1);
  assert.ok(updates.length >= 3 && updates.length <= 6, `${updates.length} updates`);
  assert.equal(heard[0]?.progress, undefined);
  const last = heard.at(-1);
  assert.deepEqual([last?.state, last?.progress?.doneBytes], ['succeeded', 1000]);
});

test('the log keeps its newest lines', async () => {
  await using scratch = await open();
  const { id } = await scratch.operations.start(request, async (context) => {
    for (let i = 0; i < 2_000; i += 1) context.log(`line ${i}`);
  });
  const { log: lines } = await scratch.operations.wait(id);
  assert.equal(lines.length, 500);
  assert.equal(lines.at(-1), 'line 1999');
});

test('what a dead process left running is interrupted at boot; what runs now is not', async () => {
  await using scratch = await open();
  const { db, operations } = scratch;
  const { id } = await operations.start(request, ({ signal }) => untilAborted(signal));
  assert.equal(await operations.interruptStale(), 0);
  const next = createOperations({ db, log, clock });
  assert.equal(await next.interruptStale(), 1);
  assert.equal((await next.get(id)).state, 'interrupted');
});

test('closing cancels what runs and waits for its end', async () => {
  await using scratch = await openTestDatabase();
  const operations = createOperations({ db: scratch.db, log, clock });
  const { id } = await operations.start(request, ({ signal }) => untilAborted(signal));
  await operations[Symbol.asyncDispose]();
  assert.equal((await scratch.db.operation.findUniqueOrThrow({ where: { id } })).state, 'cancelled');
});

test('its parts are told live and kept; the one that went on when it failed has failed', async () => {
  await using scratch = await open();
  const { db, operations } = scratch;
  const heard: OperationRecord[] = [];
  using _subscription = operations.subscribe((operation) => heard.push(operation));
  const { id } = await operations.start(request, async ({ onStep }) => {
    onStep({ id: 'a', kind: 'unpack', name: 'first', state: 'running' });
    onStep({ id: 'a', kind: 'unpack', name: 'first', state: 'done', doneBytes: 5 });
    onStep({ id: 'b', kind: 'unpack', name: 'second', state: 'running' });
    throw new EngineError('data_corrupt', 'Archive refused', { reason: 'archive_bad' });
  });
  const ended = await operations.wait(id);
  assert.deepEqual(
    ended.steps.map(({ name, state, doneBytes }) => [name, state, doneBytes]),
    [
      ['first', 'done', 5],
      ['second', 'failed', undefined],
    ],
  );
  assert.deepEqual(heard.at(-1)?.steps, ended.steps);
  assert.deepEqual((await createOperations({ db, log, clock }).get(id)).steps, ended.steps);
});

test('what did not succeed can be asked for again where it kept what it was asked with', async () => {
  await using scratch = await open();
  const { db, operations } = scratch;
  const failing = () => Promise.reject(new EngineError('unavailable', 'No answer', {}));
  const again = await operations.start({ ...request, input: { url: 'u' } }, failing);
  assert.equal((await operations.wait(again.id)).canRetry, true);
  assert.deepEqual(await operations.failedRequest(again.id), { kind: 'image.load', input: { url: 'u' } });
  const later = createOperations({ db, log, clock });
  assert.equal((await later.get(again.id)).canRetry, true);
  const sent = await operations.start(request, failing);
  const good = await operations.start({ ...request, input: { url: 'u' } }, async () => {});
  const gate = Promise.withResolvers<void>();
  const running = await operations.start({ ...request, input: { url: 'u' } }, () => gate.promise);
  for (const { id } of [sent, good, running]) {
    if (id !== running.id) assert.equal((await operations.wait(id)).canRetry, false);
    await assert.rejects(operations.failedRequest(id), (error) => isEngineError(error, 'conflict'));
  }
  gate.resolve();
  await operations.wait(running.id);
});

test('operations are found by state, kind, person, object and words, and counted', async () => {
  await using scratch = await open();
  const { operations } = scratch;
  const begin = async (kind: string, name: string, actor: string, run = async (): Promise<unknown> => undefined) => {
    const object = { type: kind.split('.')[0] ?? '', name };
    const { id } = await operations.start({ ...request, kind, object, actor: { id: actor, name: actor } }, run);
    await operations.wait(id);
  };
  await begin('image.load', 'nginx', 'ann');
  await begin('container.commit', 'web', 'ann', () => Promise.reject(new Error('no')));
  await begin('volume.clone', 'web', 'bob');
  const kinds = async (filter: Parameters<typeof operations.list>[0]) =>
    (await operations.list(filter)).map(({ kind }) => kind).toSorted();
  assert.deepEqual(await kinds({ kinds: ['image.load', 'volume.clone'] }), ['image.load', 'volume.clone']);
  assert.deepEqual(await kinds({ actorName: 'ann', states: ['failed'] }), ['container.commit']);
  assert.deepEqual(await kinds({ object: { type: 'volume', key: 'web' } }), ['volume.clone']);
  assert.deepEqual(await kinds({ words: [{ text: 'WEB', kinds: [] }] }), ['container.commit', 'volume.clone']);
  const words = [
    { text: 'web', kinds: [] },
    { text: 'Klonen', kinds: ['volume.clone'] },
  ];
  assert.deepEqual(await kinds({ words }), ['volume.clone']);
  assert.deepEqual(await operations.count({ words: [{ text: 'web', kinds: [] }] }), { failed: 1, succeeded: 1 });
});

test('a container is found as one of many, while it is worked on and afterwards', async () => {
  await using scratch = await open();
  const { operations } = scratch;
  const gate = Promise.withResolvers<void>();
  const many = { ...request, kind: 'containers.stop', object: { type: 'containers', name: '2 containers' } };
  const { id } = await operations.start(
    { ...many, input: { containerIds: ['c0ffee', 'beef'] } },
    async ({ onStep }) => {
      onStep({ id: 'c0ffee', kind: 'stop', name: 'web', state: 'done' });
      await gate.promise;
    },
  );
  const found = async (object: { type: string; key: string; id?: string }) =>
    (await operations.list({ object })).map((one) => one.id);
  assert.deepEqual(await found({ type: 'container', key: 'web', id: 'c0ffee' }), [id]);
  gate.resolve();
  await operations.wait(id);
  assert.deepEqual(await found({ type: 'container', key: 'web' }), [id]);
  assert.deepEqual(await found({ type: 'container', key: 'we' }), []);
  assert.deepEqual(await found({ type: 'image', key: 'web' }), []);
});

test('what is searched means itself, whatever signs it has', async () => {
  await using scratch = await open();
  const { operations } = scratch;
  const begin = async (name: string, containerIds: string[]) => {
    const object = { type: 'containers', name };
    const asked = { ...request, kind: 'containers.stop', object, input: { containerIds } };
    const { id } = await operations.start(asked, async ({ onStep, failStep }) => {
      onStep({ id: name, kind: 'stop', name, state: 'running' });
      failStep(name, new EngineError('in_use', 'Volume data is used', { reason: 'volume_in_use', name: 'data' }));
    });
    await operations.wait(id);
  };
  await begin('my_app', ['c_1']);
  await begin('my-app', ['c-1']);
  await begin('100%', ['c%']);
  await begin('1000', ['my.app']);
  const found = async (filter: Parameters<typeof operations.list>[0]) =>
    (await operations.list(filter)).map(({ object }) => object?.name).toSorted();
  const word = (text: string) => found({ words: [{ text, kinds: [] }] });
  const container = (key: string, id?: string) => found({ object: { type: 'container', key, id } });
  assert.deepEqual(await word('Y_A'), ['my_app']);
  assert.deepEqual(await word('0%'), ['100%']);
  assert.deepEqual(await word("'"), []);
  assert.deepEqual(await container('my_app'), ['my_app']);
  assert.deepEqual(await container('gone', 'c_1'), ['my_app']);
  assert.deepEqual(await container('my.app'), ['1000'], 'asked for by its name');
  assert.deepEqual(await container('gone', 'c%'), ['100%']);
  assert.deepEqual(await container('data'), [], 'a part has that name only in why it failed');
  assert.deepEqual(await operations.count({ words: [{ text: '_', kinds: [] }] }), { succeeded: 1 });
});

test('page follows page without gap or repetition', async () => {
  await using scratch = await open();
  const { operations } = scratch;
  const begin = async () => (await operations.wait((await operations.start(request, async () => undefined)).id)).id;
  // All at one time: which comes first is said by the id.
  const all = new Set<string>();
  for (let i = 0; i < 7; i++) all.add(await begin());
  const seen: string[] = [];
  for (let after: string | undefined; ; ) {
    const page = (await operations.list({ limit: 3, after })).map(({ id }) => id);
    if (page.length === 0) break;
    seen.push(...page);
    after = page.at(-1);
  }
  assert.deepEqual(seen, [...all].toSorted());
});
