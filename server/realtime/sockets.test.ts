import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { openTestServer, type TestServer } from '../http/test-server.ts';
import { NAMESPACES } from './channels.ts';
import { connected, first, LONG_MS, openSocket, untilCalled } from './test-sockets.ts';

/** What a websocket handshake is answered with, byte for byte before any upgrade. */
async function handshake(server: TestServer, headers: Record<string, string>): Promise<number> {
  const { port, host } = new URL(server.url);
  const socket = connect(Number(port), '127.0.0.1');
  const lines = [
    'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    ...Object.entries({ Host: host, ...headers }).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return Number(/^HTTP\/1.1 (\d{3})/.exec(answer.toString())?.[1]);
}

test('strangers and other sites are refused before the upgrade', async () => {
  await using server = await openTestServer();
  const { headers, sessionId } = await server.enter('owner');
  const { origin, cookie } = headers;
  const refused: Record<string, string>[] = [
    { origin },
    { cookie },
    { cookie, origin: 'null' },
    { cookie, origin: 'http://evil.example' },
    { cookie, origin: `${origin}.evil.example` },
    { cookie, origin, 'sec-fetch-site': 'cross-site' },
    { cookie, origin: 'http://evil.example', host: 'evil.example' },
    { cookie: `davit=${'x'.repeat(43)}`, origin },
    { cookie: `__Host-${cookie}`, origin },
  ];
  for (const given of refused) assert.equal(await handshake(server, given), 400, JSON.stringify(given));
  assert.equal(await handshake(server, { cookie, origin }), 101);
  await server.db.session.updateMany({ where: { id: sessionId }, data: { expiresAt: new Date(0) } });
  assert.equal(await handshake(server, { cookie, origin }), 400);
  assert.deepEqual(server.calls, []);
});

test('a shell of the host asks for the password of late, and can be switched off', async () => {
  const ask = async (server: TestServer, role: 'owner' | 'admin', old: boolean) => {
    const { headers, sessionId } = await server.enter(role);
    const socket = await connected(server, '/terminal', headers);
    if (old) await server.db.session.update({ where: { id: sessionId }, data: { provedAt: new Date(0) } });
    const answer = Promise.race([
      first(socket, 'failed'),
      new Promise<[string, unknown]>((resolve) => {
        socket.emit('host', { rows: 24, columns: 80 }, (value: unknown) => resolve(['reply', value]));
      }),
    ]);
    const [event, value] = await answer;
    socket.disconnect();
    return event === 'failed' ? (value as { reason: string }).reason : event;
  };
  await using server = await openTestServer();
  assert.equal(await ask(server, 'owner', true), 'proof_needed');
  assert.equal(await ask(server, 'admin', false), 'permission_missing');
  assert.equal(await ask(server, 'owner', false), 'reply');
  const rows = await server.services.audit.list({ action: 'host.terminal' });
  assert.deepEqual(
    rows.map(({ result, object }) => `${result} ${object?.type}`),
    ['allowed host', 'denied host', 'denied host'],
  );
  await using off = await openTestServer({ hostTerminal: false });
  assert.equal(await ask(off, 'owner', false), 'host_terminal_off');
});

test('news arrive in order, the routine of health checks does not', async () => {
  await using server = await openTestServer();
  const { headers } = await server.enter('viewer');
  const socket = await connected(server, '/', headers);
  const heard = first(socket, 'event');
  const { events } = server.services.environments.get('local');
  const about = { type: 'container', id: 'c1', attributes: {}, at: new Date() } as const;
  events.publish({ ...about, action: 'exec_start: check', routine: true });
  events.publish({ ...about, action: 'health_status: healthy' });
  const [, entry] = await heard;
  assert.equal((entry as { event: { action: string } }).event.action, 'health_status: healthy');
});

test('an answer tells where in the events it stands; what happens after it comes with the rows it is about', async () => {
  await using server = await openTestServer();
  const { headers } = await server.enter('viewer');
  const local = server.services.environments.get('local');
  const about = { type: 'container', attributes: {}, at: new Date(), action: 'start' } as const;
  local.events.publish({ ...about, id: 'c0' });
  const { headers: told } = await server.send('GET', '/api/trpc/session.me?input=%7B%22json%22%3A%7B%7D%7D', headers);
  const position = String(told['x-davit-events']);
  const socket = openSocket(server, '/', headers);
  const [, hello] = await first(socket, 'hello');
  const { epoch, seq } = hello as { epoch: string; seq: number };
  assert.equal(position, `${epoch} ${seq}`);
  assert.equal(seq, 1);
  const heard = first(socket, 'event');
  const rows = first(socket, 'rows');
  local.events.publish({ ...about, id: 'c1' });
  local.events.publish({ ...about, id: 'c2' });
  assert.equal(((await heard)[1] as { seq: number }).seq, 2);
  // This engine has no list: whoever shows one is told to ask.
  assert.deepEqual((await rows)[1], { ids: ['c1', 'c2'], seq: 3 });
});

test('who manages users hears that something in their list changed, others do not', async () => {
  await using server = await openTestServer();
  const [admin, viewer] = await Promise.all(
    (['admin', 'viewer'] as const).map(async (role) =>
      connected(server, '/', (await server.enter(role, `a-${role}`)).headers),
    ),
  );
  assert.ok(admin !== undefined && viewer !== undefined);
  const told: string[] = [];
  viewer.on('users', () => told.push('users'));
  const heard = first(admin, 'users');
  await server.auth.changeUser('a-viewer', { role: 'viewer' });
  await heard;
  // Behind it in the order of that socket.
  const last = first(viewer, 'event');
  const { events } = server.services.environments.get('local');
  events.publish({ type: 'container', id: 'c1', attributes: {}, at: new Date(), action: 'start' });
  await last;
  assert.deepEqual(told, []);
});

test('with its session a socket ends, within a second, with the reason and the streams', async () => {
  await using server = await openTestServer();
  const { headers, sessionId } = await server.enter('developer');
  const sockets = await Promise.all(NAMESPACES.map((namespace) => connected(server, namespace, headers)));
  const follower = await connected(server, '/logs', headers);
  const heard: string[] = [];
  follower.onAny((event: string) => heard.push(event));
  const began = first(follower, 'current', 'failed');
  follower.emit('follow', { containerId: 'own-me' });
  await began;
  // What was written before is there when it is said to be.
  assert.deepEqual(heard, ['lines', 'current']);
  const told = [...sockets, follower].map((socket) => first(socket, 'session:ended'));
  const closed = [...sockets, follower].map((socket) => first(socket, 'disconnect'));
  const begun = performance.now();
  await server.auth.sessions.end('me', sessionId);
  for (const [, value] of await Promise.all(told)) assert.deepEqual(value, { reason: 'ended' });
  await Promise.all(closed);
  assert.ok(performance.now() - begun < 1_000);
  await untilCalled(server, 'containers.logs ended');
});

test('a session that ends while its socket is being connected is told why, and so is who asks afterwards', async () => {
  await using server = await openTestServer();
  const { headers, sessionId } = await server.enter('developer');
  const { sessions } = server.auth;
  const authenticate = sessions.authenticate.bind(sessions);
  let looked = 0;
  sessions.authenticate = async (...args) => {
    const found = await authenticate(...args);
    looked += 1;
    // Once for the upgrade, once for the namespace.
    if (looked === 2) await sessions.end('me', sessionId, 'ended_by_admin');
    return found;
  };
  const socket = openSocket(server, '/', headers);
  assert.deepEqual(await first(socket, 'session:ended'), ['session:ended', { reason: 'ended_by_admin' }]);
  const answer = await server.send('GET', '/api/trpc/session.me?input=%7B%22json%22%3A%7B%7D%7D', headers);
  assert.match(answer.body, /"whyEnded":"ended_by_admin"/);
  const refused = await server.send('GET', '/api/trpc/images.list?input=%7B%22json%22%3A%7B%7D%7D', headers);
  assert.equal(refused.status, 401);
  assert.match(refused.body, /"reason":"not_signed_in","params":\{"ended":"ended_by_admin"\}/);
});

test('a namespace that is refused on a connection that stands says why', async () => {
  await using server = await openTestServer();
  const { headers } = await server.enter('developer');
  const { sessions } = server.auth;
  const authenticate = sessions.authenticate.bind(sessions);
  let looked = 0;
  sessions.authenticate = async (...args) => {
    looked += 1;
    if (looked === 2) await server.auth.changeUser('me', { role: 'viewer' });
    return authenticate(...args);
  };
  const [event, error] = await first(openSocket(server, '/', headers), 'connect', 'connect_error');
  assert.equal(event, 'connect_error');
  assert.deepEqual((error as { message: string; data: unknown }).data, { reason: 'role_changed' });
});

test('a subscription is asked for again while it goes on, and ends with the right to it', async () => {
  await using server = await openTestServer({ recheckMs: 50 });
  const { headers } = await server.enter('developer');
  const socket = await connected(server, '/logs', headers);
  const began = first(socket, 'lines', 'failed');
  socket.emit('follow', { containerId: 'own-me' });
  assert.equal((await began)[0], 'lines');
  const asked = () => server.calls.filter((call) => call === 'containers.inspect').length;
  const before = asked();
  const deadline = Date.now() + LONG_MS;
  while (asked() < before + 3 && Date.now() < deadline) await new Promise((done) => setTimeout(done, 10));
  assert.ok(asked() >= before + 3, 'nobody asked again');
  assert.ok(socket.connected);
  const lost = first(socket, 'failed');
  const { containers } = server.services.environments.get('local');
  const { inspect } = containers;
  const other = async (ref: string) => ({ ...(await inspect(ref)), id: 'gone' });
  Object.assign(server.services.environments.get('local'), {
    containers: { ...containers, inspect: () => other('nothing') },
  });
  const [, failure] = await lost;
  assert.equal((failure as { code: string }).code, 'not_found');
  await untilCalled(server, 'containers.logs ended');
  assert.ok(server.calls.includes('containers.logs ended'));
});

const COMMANDS: [string[], string, string][] = [
  [['reset-password', 'me', '--password-stdin'], 'another long sentence\n', 'password_changed'],
  [['set-role', 'me', '--role', 'viewer'], '', 'role_changed'],
  [['disable-user', 'me'], '', 'disabled'],
];

for (const [args, input, reason] of COMMANDS) {
  test(`./davit admin ${args[0]} reaches the sockets of a running server at once`, async () => {
    await using server = await openTestServer();
    const { headers } = await server.enter('developer');
    const socket = await connected(server, '/terminal', headers);
    const told = first(socket, 'session:ended').then(([, value]) => ({ value, at: performance.now() }));
    const dataRoot = dirname(server.file);
    const main = join(import.meta.dirname, '../admin/main.ts');
    const roots = ['--data-root', dataRoot, '--run-root', `${dataRoot}-run`];
    const child = spawn(process.execPath, [main, ...args, ...roots], {
      env: { NODE_ENV: 'test', NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] },
    });
    child.stdin.end(input);
    const [code] = (await once(child, 'exit')) as [number];
    const done = performance.now();
    assert.equal(code, 0);
    const { value, at } = await told;
    assert.deepEqual(value, { reason });
    assert.ok(at - done < 2_000, `${at - done} ms after the command`);
    assert.equal((await server.send('GET', '/api/containers/own-me/log', headers)).status, 401);
  });
}

test('ten thousand malformed packets leave memory as it was', async () => {
  await using server = await openTestServer();
  const { headers } = await server.enter('viewer');
  const before = process.memoryUsage().rss;
  const garbage = [
    '4',
    '40/x',
    '42',
    '42["follow"',
    '42["follow",{}]',
    '451-["follow",{"_placeholder":true,"num":0}]',
    '9',
    '4[',
    '42[1]',
    '4599-["x"]',
  ];
  let sent = 0;
  while (sent < 10_000) {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`, {
      headers,
    } as never);
    const over = once(socket, 'close');
    await Promise.race([once(socket, 'open'), over]);
    socket.send('40/logs,');
    // The server hangs up on most of them: the next ones come by another connection.
    for (const packet of garbage) {
      for (let i = 0; i < 200; i += 1) socket.send(packet.replace('42', '42/logs,'));
      socket.send(Buffer.alloc(32_768));
      sent += 201;
    }
    socket.close();
    await over;
  }
  assert.ok(process.memoryUsage().rss - before < 100 * 1024 * 1024);
  assert.equal((await server.send('GET', '/healthz')).status, 200);
});
