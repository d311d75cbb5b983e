import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import type { ImportOptions, LoadOptions } from '#engine/images/index.ts';
import { silentLogger, systemClock } from '#engine/lib/index.ts';
import { digestOf } from '#engine/oci/index.ts';
import type { Role } from '#server/access/index.ts';
import { openTestDatabase } from '#server/db/test-database.ts';
import { createOperations } from '#server/operations/index.ts';
import type { RequestContext } from '../context.ts';
import { appRouter } from '../router.ts';

const ID = `sha256:${'ab'.repeat(32)}`;
const OTHER = `sha256:${'cd'.repeat(32)}`;

/** An engine that remembers what it was asked, behind the real operations. */
async function open(role: Role, owners: Record<string, string> = {}) {
  await using stack = new AsyncDisposableStack();
  const { db } = stack.use(await openTestDatabase());
  const operations = stack.use(createOperations({ db, log: silentLogger, clock: systemClock }));
  const audited: string[] = [];
  const asked: unknown[] = [];
  const claimed: string[] = [];
  const claim = async (_type: string, id: string) => void claimed.push(id);
  const images = {
    inspect: async () => ({ id: ID, usedBy: [] }),
    list: async () => [
      { id: ID, usedBy: [] },
      { id: OTHER, usedBy: [{ id: 'c1', name: 'web' }] },
    ],
    remove: async (ref: string, { names }: { names?: string[] }) => {
      asked.push([ref, names]);
      return [{ deleted: ref }];
    },
    import: async ({ source, onReceived, reference, changes }: ImportOptions) => {
      const read = await text(source);
      onReceived?.(digestOfText(read));
      asked.push([read, reference, changes]);
      return { id: ID, references: [reference], sizeBytes: 5 };
    },
    tag: async (ref: string, name: string, opts: { beforeReplace(image: string): Promise<void> }) => {
      await opts.beforeReplace(OTHER);
      asked.push([ref, name]);
    },
    removalBytes: async (ids: string[]) => {
      asked.push(ids);
      return 12;
    },
    prune: async (filter: object) => {
      asked.push(filter);
      return { removed: [{ untagged: 'a:1' }, { deleted: ID }], freedBytes: 7 };
    },
    load: async ({ source, onReceived }: LoadOptions) => {
      const read = await text(source);
      onReceived?.(digestOfText(read));
      asked.push(read);
      return [{ id: ID, references: ['a:1'], layersNew: 1, layersShared: 2 }];
    },
  };
  const containers = {
    inspect: async () => ({ id: 'c1', createdBy: 'me' }),
    commit: async (_ref: string, given: { reference: string; changes: string[]; message: string; pause: boolean }) => {
      asked.push(given.reference, given.changes, given.message, given.pause);
      return { id: ID, references: [given.reference], sizeBytes: 5 };
    },
  };
  const services = {
    environments: { get: () => ({ id: 'local', images, containers }) },
    ownership: {
      ownerOf: async (_type: string, id: string) => owners[id],
      ownersOf: async () =>
        new Map([
          [ID, 'me'],
          [OTHER, 'else'],
        ]),
      claim,
      release: async () => {},
    },
    audit: {
      append: async (row: { action: string; result: string }) => void audited.push(`${row.action} ${row.result}`),
    },
    operations,
    openRemote: async (url: string) => ({
      stream: Readable.from([`bytes of ${url}`]),
      totalBytes: undefined,
      [Symbol.asyncDispose]: async () => {},
    }),
    log: silentLogger,
  };
  const context = {
    services: services as unknown as RequestContext['services'],
    requestId: 'r1',
    actor: { id: 'me', name: 'Me', role, sessionId: 's1' },
    client: { address: '192.0.2.1', userAgent: 'test' },
    setSession() {},
  };
  const owned = stack.move();
  const caller = appRouter.createCaller(context);
  return { caller, operations, audited, asked, claimed, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

function digestOfText(text: string) {
  return { digest: digestOf(text), sizeBytes: text.length };
}

test('an address is imported as an operation with its reference and changes', async () => {
  await using scratch = await open('developer');
  const url = 'https://example.com/rootfs.tar';
  const { operationId } = await scratch.caller.images.importUrl({ url, reference: 'a:1', changes: ['CMD sh'] });
  const ended = await scratch.operations.wait(operationId);
  assert.deepEqual([ended.state, ended.kind, ended.actorName], ['succeeded', 'image.import', 'Me']);
  const archive = digestOfText(`bytes of ${url}`);
  assert.deepEqual(ended.result, { id: ID, references: ['a:1'], sizeBytes: 5, archive });
  assert.deepEqual(scratch.asked, [[`bytes of ${url}`, 'a:1', ['CMD sh']]]);
  assert.deepEqual(scratch.audited, ['image.import allowed']);
});

test('an address is loaded as an operation that counts layers which were here', async () => {
  await using scratch = await open('admin');
  const url = 'https://example.com/a.tar';
  const { operationId } = await scratch.caller.images.loadUrl({ url });
  const { result } = await scratch.operations.wait(operationId);
  const images = [{ id: ID, references: ['a:1'], layersNew: 1, layersShared: 2 }];
  assert.deepEqual(result, { images, archive: digestOfText(`bytes of ${url}`) });
});

test('a viewer imports nothing, and an address with a password or another scheme is no address', async () => {
  await using viewer = await open('viewer');
  await assert.rejects(viewer.caller.images.importUrl({ url: 'https://example.com/' }), { code: 'FORBIDDEN' });
  assert.deepEqual([viewer.asked, viewer.audited], [[], ['image.import denied']]);
  await using admin = await open('admin');
  for (const url of ['https://me:secret@example.com/', 'file:///etc/passwd']) {
    await assert.rejects(admin.caller.images.loadUrl({ url }), { code: 'BAD_REQUEST' });
  }
  assert.deepEqual(admin.asked, []);
});

test('the names somebody confirmed go to the engine with the removal', async () => {
  await using scratch = await open('admin');
  await scratch.caller.images.remove({ imageId: ID, names: ['a:1', 'b:2'] });
  assert.deepEqual(scratch.asked, [[ID, ['a:1', 'b:2']]]);
  assert.deepEqual(scratch.audited, ['image.remove allowed']);
});

test('what removing several images frees is asked of the engine', async () => {
  await using scratch = await open('viewer');
  assert.deepEqual(await scratch.caller.images.removal({ imageIds: [ID, 'a:1'] }), { freedBytes: 12 });
  assert.deepEqual(scratch.asked, [[ID, 'a:1']]);
});

test('pruning is an operation, and what went belongs to nobody', async () => {
  await using scratch = await open('admin');
  const { operationId } = await scratch.caller.images.prune({ dangling: false, label: ['a=b'], only: [ID] });
  const { kind, state, result } = await scratch.operations.wait(operationId);
  assert.deepEqual([kind, state], ['image.prune', 'succeeded']);
  assert.deepEqual(result, { removed: [{ untagged: 'a:1' }, { deleted: ID }], freedBytes: 7 });
  assert.deepEqual(scratch.asked, [{ dangling: false, label: ['a=b'], only: [ID] }]);
  assert.deepEqual(scratch.audited, ['image.prune allowed']);
  await assert.rejects(scratch.caller.images.prune({ only: ['latest'] }), { code: 'BAD_REQUEST' });
});

test('a developer prunes their own images only, whatever they confirm', async () => {
  await using scratch = await open('developer');
  for (const more of [{}, { only: [ID, OTHER] }, { only: [OTHER] }]) {
    const { operationId } = await scratch.caller.images.prune(more);
    assert.equal((await scratch.operations.wait(operationId)).state, 'succeeded');
  }
  const asked = scratch.asked.map((filter) => (filter as { only: unknown }).only);
  assert.deepEqual(asked, [[ID], [ID], []]);
});

test('the list says of each image what the asker may do to it, and the gates agree', async () => {
  const wanted = { developer: ['tag save remove', ''], operator: ['tag remove', 'tag'], viewer: ['', ''] };
  for (const [role, allowed] of Object.entries(wanted)) {
    await using scratch = await open(role as Role, { [ID]: 'me', [OTHER]: 'else' });
    const list = await scratch.caller.images.list({});
    assert.deepEqual(
      list.map(({ allowedActions }) => allowedActions.join(' ')),
      allowed,
      role,
    );
    const { allowedActions } = await scratch.caller.images.get({ imageId: ID });
    assert.equal(allowedActions.join(' '), allowed[0], role);
    const removal = scratch.caller.images.remove({ imageId: ID });
    if (allowed[0]?.includes('remove')) await removal;
    else await assert.rejects(removal, { code: 'FORBIDDEN' });
  }
});

test('a name is taken from an image by those who may name it', async () => {
  const wanted = { imageId: ID, reference: 'a:1' };
  await using mine = await open('developer', { [ID]: 'me', [OTHER]: 'me' });
  await mine.caller.images.tag(wanted);
  await using admin = await open('admin', { [ID]: 'else', [OTHER]: 'else' });
  await admin.caller.images.tag(wanted);
  for (const owners of [{ [ID]: 'me', [OTHER]: 'else' }, { [ID]: 'else', [OTHER]: 'me' }, { [ID]: 'me' }]) {
    await using foreign = await open('developer', owners);
    await assert.rejects(foreign.caller.images.tag(wanted), { code: 'FORBIDDEN' });
    assert.deepEqual(foreign.asked, []);
  }
  assert.deepEqual([mine.asked.length, admin.asked.length], [1, 1]);
});

test('a container becomes an image of whoever commits it', async () => {
  await using scratch = await open('developer');
  const wanted = { containerId: 'c1', reference: 'app:2', changes: ['CMD ["x"]'], message: 'words', pause: false };
  const { operationId } = await scratch.caller.containers.commit(wanted);
  const { kind, state, result, object } = await scratch.operations.wait(operationId);
  assert.deepEqual([kind, state, object?.id], ['container.commit', 'succeeded', 'c1']);
  assert.deepEqual(result, { id: ID, references: ['app:2'], sizeBytes: 5 });
  assert.deepEqual(scratch.asked, ['app:2', ['CMD ["x"]'], 'words', false]);
  assert.deepEqual(scratch.claimed, [ID]);
  assert.deepEqual(scratch.audited, ['container.commit allowed']);
  await assert.rejects(scratch.caller.containers.commit({ ...wanted, changes: ['RUN x'] }), { code: 'BAD_REQUEST' });
});

test('a failed one is asked for again with the same words, through the same gates, by whoever retries', async () => {
  await using admin = await open('admin');
  const { operations } = admin;
  const { id } = await operations.start(
    { environmentId: 'local', kind: 'image.load', actor: { id: 'me', name: 'Me' }, input: { url: 'https://a.test/x' } },
    () => Promise.reject(new Error('cut')),
  );
  await operations.wait(id);
  const { operationId } = await admin.caller.operations.retry({ operationId: id });
  assert.notEqual(operationId, id);
  assert.equal((await operations.wait(operationId)).state, 'succeeded');
  assert.deepEqual(admin.asked, ['bytes of https://a.test/x']);
  assert.deepEqual(admin.audited, ['operation.retry allowed', 'image.load allowed']);
  await assert.rejects(admin.caller.operations.retry({ operationId }), { code: 'CONFLICT' });
});

test('who may see an operation may not do it for that', async () => {
  await using viewer = await open('viewer');
  const { operations } = viewer;
  const input = { only: [ID] };
  const actor = { id: 'else', name: 'Else' };
  const { id } = await operations.start({ environmentId: 'local', kind: 'image.prune', actor, input }, () =>
    Promise.reject(new Error('cut')),
  );
  await operations.wait(id);
  await assert.rejects(viewer.caller.operations.retry({ operationId: id }), { code: 'FORBIDDEN' });
  assert.deepEqual(viewer.asked, []);
  assert.deepEqual(viewer.audited.slice(0, 2), ['operation.retry allowed', 'image.prune denied']);
});
