// Requests that no client of good faith sends: shapes that two readers understand differently, and bodies that are wrong.
import assert from 'node:assert/strict';
import { mkdtempDisposable } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { EngineError } from '#engine/errors/index.ts';
import { silentLogger } from '#engine/lib/index.ts';
import type { DockerServices } from './route.ts';
import { serveClients } from './serve-clients.ts';
import { openTestApi } from './test-api.ts';

/** The real reader of requests over a socket, in front of an engine that notes what is asked of it. */
async function openRaw() {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await mkdtempDisposable(join(tmpdir(), 'davit-raw-')));
  const calls: string[] = [];
  const volumes = {
    create: async ({ name }: { name: string }) => {
      calls.push(name);
      const more = { usedBy: [], usage: undefined, anonymous: false, state: 'ready', pausedContainers: [] };
      return {
        ...more,
        name,
        driver: 'local',
        labels: {},
        options: {},
        mountpoint: '/x',
        scope: 'local',
        createdAt: new Date(),
      };
    },
    list: async () => [],
    get: async () => Promise.reject(new EngineError('not_found', 'no such volume')),
  };
  const services = {
    version: '1.2.3',
    environments: { get: () => ({ id: 'local', volumes }) },
    ownership: { ownerOf: async () => 'me', claim: async () => undefined, release: async () => undefined },
    audit: { append: async () => undefined },
    log: silentLogger,
  } as unknown as DockerServices;
  const actor = async () => ({ id: 'me', name: 'Me', role: 'admin' as const });
  const clients = stack.use(serveClients(services, () => ({ address: 'unix', actor })));
  const path = join(folder.path, 'sock');
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    clients.adopt(socket);
    clients.serve(socket);
  });
  await new Promise<void>((done) => server.listen(path, done));
  stack.defer(async () => {
    clients.endAll();
    await new Promise((done) => server.close(done));
  });
  /** Everything that comes back until the server hangs up. */
  const send = async (text: string): Promise<string> => {
    const socket = connect(path);
    socket.on('error', () => undefined);
    socket.write(text);
    return `${await buffer(socket)}`;
  };
  const held = stack.move();
  return { send, calls, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

const BODY = '{"Name":"good"}';
const SMUGGLED =
  'POST /volumes/create HTTP/1.1\r\nHost: x\r\nContent-Length: 15\r\nContent-Type: application/json\r\n\r\n{"Name":"evil"}';
const head = (...lines: string[]) =>
  [
    'POST /volumes/create HTTP/1.1',
    'Host: x',
    'Content-Type: application/json',
    'Connection: close',
    ...lines,
    '',
    '',
  ].join('\r\n');

const SHAPES: Record<string, string> = {
  'a length beside chunks': `${head('Content-Length: 15', 'Transfer-Encoding: chunked')}0\r\n\r\n${SMUGGLED}`,
  'two lengths': `${head('Content-Length: 15', 'Content-Length: 0')}${BODY}${SMUGGLED}`,
  'a folded header': `${head('X-A: b\r\n Content-Length: 15')}${BODY}`,
  'a bare line feed in the head': `POST /volumes/create HTTP/1.1\nHost: x\nContent-Length: 15\n\n${BODY}`,
  'chunks behind another coding': `${head('Transfer-Encoding: chunked, identity')}f\r\n${BODY}\r\n0\r\n\r\n`,
  'a coding nobody knows': `${head('Transfer-Encoding: xchunked')}${BODY}`,
  'a length with a sign': `${head('Content-Length: +15')}${BODY}`,
  'a negative length': `${head('Content-Length: -1')}${BODY}`,
  'a space before the colon': `${head('Content-Length : 15')}${BODY}`,
  'a chunk size with a sign': `${head('Transfer-Encoding: chunked')}-f\r\n${BODY}\r\n0\r\n\r\n`,
  'a null byte in a header': `${head('X-A: a\0b')}${BODY}`,
  'no host at all': `POST /volumes/create HTTP/1.1\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: 15\r\n\r\n${BODY}`,
};

for (const [what, text] of Object.entries(SHAPES)) {
  test(`${what} is refused, and nothing of it is done`, async () => {
    await using raw = await openRaw();
    const answer = await raw.send(text);
    assert.match(answer, /^HTTP\/1\.1 4\d\d /, answer);
    assert.deepEqual(raw.calls, []);
  });
}

test('chunk extensions say nothing, and the body is the body', async () => {
  await using raw = await openRaw();
  const answer = await raw.send(`${head('Transfer-Encoding: chunked')}f;a=b\r\n${BODY}\r\n0\r\n\r\n`);
  assert.match(answer, /^HTTP\/1\.1 201 /);
  assert.deepEqual(raw.calls, ['good']);
});

test('an upgrade with a body does not make a second request of it', async () => {
  await using raw = await openRaw();
  const upgrade = head('Upgrade: tcp', `Content-Length: ${SMUGGLED.length}`).replace(
    'Connection: close',
    'Connection: Upgrade',
  );
  const answer = await raw.send(`${upgrade}${SMUGGLED}`);
  assert.equal(answer.match(/HTTP\/1\.1/g)?.length, 1, answer);
  assert.deepEqual(raw.calls, []);
});

const REFUSED: [field: string, body: object, words: RegExp][] = [
  ['CgroupParent', { HostConfig: { CgroupParent: '/mine' } }, /^cgroup-parent \/mine is not supported: /],
  ['CpuRealtimePeriod', { HostConfig: { CpuRealtimePeriod: 1000 } }, /does not support CPU real-time scheduler/],
  ['CpuRealtimeRuntime', { HostConfig: { CpuRealtimeRuntime: 1000 } }, /does not support CPU real-time scheduler/],
  ['Healthcheck.Interval', { Healthcheck: { Interval: -1 } }, /^Interval in Healthcheck cannot be less than 1ms$/],
  [
    'IOMaximumIOps',
    { HostConfig: { IOMaximumIOps: 7 } },
    /^invalid option: QoS maximum IOPs .* not supported on linux$/,
  ],
  ['IOMaximumBandwidth', { HostConfig: { IOMaximumBandwidth: 7 } }, /^invalid option: QoS maximum bandwidth /],
  [
    'RestartPolicy',
    { HostConfig: { RestartPolicy: { Name: 'no', MaximumRetryCount: -1 } } },
    /retry count can only be used with 'on-failure' and cannot be negative$/,
  ],
  ['Healthcheck.Retries', { Healthcheck: { Retries: -1 } }, /^Retries in Healthcheck cannot be negative$/],
];

const OF_OBJECTS: [method: string, path: string, body: string | undefined, words: RegExp][] = [
  ['POST', '/containers/create', undefined, /^invalid JSON: got EOF while reading request body$/],
  ['POST', '/containers/create', 'null', /^config cannot be empty in order to create a container$/],
  ['POST', '/containers/create', '{"HostConfig":{}}', /^config cannot be empty in order to create a container$/],
  ['POST', '/commit', undefined, /^invalid name or ID supplied: ""$/],
  ['POST', '/networks/x/disconnect', undefined, /^invalid name or ID supplied: ""$/],
];

for (const [method, path, body, words] of OF_OBJECTS) {
  test(`${method} ${path} with ${body ?? 'no body'} is refused before anything is looked up`, async () => {
    await using api = await openTestApi({ environment: {} });
    const question = body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } };
    const { status, text } = await api.ask(method, `/v1.51${path}`, question);
    assert.equal(status, 400, text);
    assert.match(JSON.parse(text).message, words);
  });
}

const QUERIES: [path: string, words: string][] = [
  ['/containers/x/resize?h=x&w=1', 'invalid resize height "x": invalid syntax'],
  ['/containers/x/resize?h=1', 'invalid resize width "": invalid syntax'],
  ['/containers/x/resize?h=1&w=-5', 'invalid resize width "-5": value out of range'],
  ['/exec/x/resize?h=4294967296&w=1', 'invalid resize height "4294967296": value out of range'],
  ['/containers/x/rename?name=', 'Neither old nor new names may be empty'],
  [
    '/containers/x/rename?name=//ab',
    'Error when allocating new name: Invalid container name (//ab), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed',
  ],
];

for (const [path, words] of QUERIES) {
  test(`POST ${path} is refused with its field`, async () => {
    const containers = {
      identify: async () => ({ id: 'x', name: 'x', createdBy: 'me' }),
      inspectExec: async () => ({ containerId: 'x' }),
    };
    await using api = await openTestApi({ environment: { containers } });
    const { status, body } = await api.json('POST', `/v1.51${path}`);
    assert.deepEqual([status, body.message], [400, words]);
  });
}

test('a start with a body is refused, as one that would be ignored', async () => {
  const containers = { identify: async () => ({ id: 'x', name: 'x', createdBy: 'me' }) };
  await using api = await openTestApi({ environment: { containers } });
  const { status, body } = await api.json('POST', '/v1.51/containers/x/start', { Binds: ['/:/host'] });
  assert.equal(status, 400);
  assert.match(body.message, /^starting container with non-empty request body was deprecated/);
});

for (const [field, body, words] of REFUSED) {
  test(`a creation with ${JSON.stringify(body)} is refused in words that name ${field}`, async () => {
    const created: unknown[] = [];
    const containers = { create: async (config: unknown) => void created.push(config) };
    await using api = await openTestApi({ environment: { containers, images: {}, volumes: { list: async () => [] } } });
    const { status, body: answer } = await api.json('POST', '/v1.51/containers/create', { Image: 'i', ...body });
    assert.equal(status, 400, JSON.stringify(answer));
    assert.match(answer.message, words);
    assert.deepEqual(created, []);
  });
}

test('a body of 100 MB is refused before it is read', async () => {
  await using api = await openTestApi({ environment: {} });
  const headers = { 'content-type': 'application/json' };
  const before = process.memoryUsage().rss;
  // Without a length, so that only reading tells.
  const answer = await api
    .ask('POST', '/v1.51/volumes/create', { body: Buffer.alloc(100 * 1024 * 1024, 0x20), headers })
    .catch((error: Error) => error);
  if (!(answer instanceof Error)) assert.equal(answer.status, 413);
  // The test's own buffer is in it.
  assert.ok(process.memoryUsage().rss - before < 180 * 1024 * 1024);
});
