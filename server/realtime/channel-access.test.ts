import assert from 'node:assert/strict';
import { test } from 'node:test';
import { can, ROLES } from '#server/access/index.ts';
import { openTestServer } from '../http/test-server.ts';
import { assertChannelsGuarded, listChannels, NAMESPACES } from './channels.ts';
import { connected, first, openSocket, untilCalled } from './test-sockets.ts';

test('a channel without permission or audit name does not start', () => {
  assertChannelsGuarded();
  assert.throws(() => assertChannelsGuarded({ '/x': { y: { audit: null } as never } }), /\/x y has no permission/);
  const silent = { permission: 'container:exec' as const, audit: '' };
  assert.throws(() => assertChannelsGuarded({ '/x': { y: silent } }), /\/x y has no audit name/);
  assert.throws(
    () => assertChannelsGuarded({ '/x': { y: { permission: 'container:exec' } as never } }),
    /no audit name/,
  );
});

for (const namespace of NAMESPACES) {
  test(`${namespace} is closed to nobody, whatever they send`, async () => {
    await using server = await openTestServer();
    const socket = openSocket(server, namespace, { origin: server.url });
    assert.equal((await first(socket, 'connect', 'connect_error'))[0], 'connect_error');
    assert.deepEqual(server.calls, []);
  });
}

const SIZE = { rows: 24, columns: 80 };

/** What a good message says, about something that `maker` made. */
const WISHES: Readonly<Record<string, (maker: string) => object>> = {
  '/ events:resume': () => ({ epoch: 'other', seq: 0 }),
  '/logs follow': (maker) => ({ containerId: `own-${maker}` }),
  '/logs page': (maker) => ({ containerId: `own-${maker}`, before: 'x' }),
  '/stats watch': (maker) => ({ containerIds: [`own-${maker}`], everySeconds: 1 }),
  '/stats watch_host': () => ({ everySeconds: 1 }),
  '/terminal create': (maker) => ({ containerId: `own-${maker}`, args: ['sh'], ...SIZE }),
  '/terminal attach': (maker) => ({ terminalId: (maker === 'me' ? '0' : '1').repeat(64) }),
  '/terminal host': () => SIZE,
  '/terminal host_attach': (maker) => ({ terminalId: (maker === 'me' ? '0' : '1').repeat(64) }),
  '/terminal resize': () => SIZE,
  '/terminal end': () => ({}),
};
/** What takes anything: bytes, or nothing at all. */
const ANYTHING: ReadonlySet<string> = new Set(['/terminal input', '/terminal end']);

function wishFor(channel: string, maker: string): object | string {
  if (channel === '/terminal input') return 'x';
  const wish = WISHES[channel];
  assert.ok(wish !== undefined, `nothing is known to say to ${channel}`);
  return wish(maker);
}

for (const { namespace, message, meta } of listChannels()) {
  for (const role of ROLES) {
    test(`${namespace} ${message}: ${role}`, async () => {
      await using server = await openTestServer();
      const { headers } = await server.enter(role);
      for (const maker of ['me', 'other']) {
        const allowed = can({ id: 'me', name: 'me', role }, meta.permission, { createdBy: maker });
        const socket = await connected(server, namespace, headers);
        server.calls.length = 0;
        const done = Promise.race([
          first(socket, 'failed', 'lines', 'ping-reply'),
          new Promise<[string, unknown]>((resolve) => {
            socket.emit(message, wishFor(`${namespace} ${message}`, maker), (value: unknown) =>
              resolve(['reply', value]),
            );
          }),
          // What watches answers nothing while there are no figures.
          untilCalled(server, 'metrics.watch'),
        ]);
        const [event, value] = await done;
        const code = event === 'failed' ? (value as { code: string }).code : 'passed';
        if (code === 'conflict') assert.equal((value as { reason: string }).reason, 'no_terminal');
        else assert.equal(code === 'denied', !allowed, `answered ${code}`);
        const gates = new Set(['containers.inspect', 'containers.inspectExec']);
        const work = server.calls.filter((call) => !gates.has(call));
        if (!allowed || code === 'conflict') assert.deepEqual(work, []);
        const rows = await server.services.audit.list({ action: meta.audit ?? '-', limit: 10 });
        if (meta.audit !== null) assert.ok(rows.some(({ result }) => result === (allowed ? 'allowed' : 'denied')));
        socket.disconnect();
      }
      const all = await server.services.audit.list();
      if (meta.audit === null) assert.deepEqual(all, []);
    });
  }
}

for (const { namespace, message } of listChannels()) {
  if (ANYTHING.has(`${namespace} ${message}`)) continue;
  test(`${namespace} ${message} refuses a field that it does not know`, async () => {
    await using server = await openTestServer();
    const { headers } = await server.enter('owner');
    const socket = await connected(server, namespace, headers);
    const failed = first(socket, 'failed');
    socket.emit(message, { ...(wishFor(`${namespace} ${message}`, 'me') as object), misspelt: 1 });
    const [, { code, reason, params }] = (await failed) as [string, Record<string, unknown>];
    assert.deepEqual({ code, reason }, { code: 'invalid_argument', reason: 'unknown_field' });
    assert.equal((params as { field: string }).field, 'misspelt');
    assert.deepEqual(server.calls, []);
  });
}
