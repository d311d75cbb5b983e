// Bodies that are wrong, for every endpoint that takes one: made from the shapes, and compared with what dockerd 28.5.2 answered.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { golden } from './codec/golden.ts';
import type { DockerRoute } from './route.ts';
import { DOCKER_ROUTES } from './routes.ts';
import type { Shape } from './shapes/shape.ts';
import { openTestApi } from './test-api.ts';

const START = 'invalid JSON: json: cannot unmarshal ';
const JSON_HEADERS = { 'content-type': 'application/json' };

const TAKERS = DOCKER_ROUTES.filter(({ takesJson }) => takesJson !== undefined);
const nameOf = ({ method, pattern }: DockerRoute) => `${method} ${pattern}`;
const pathOf = ({ pattern }: DockerRoute) => `/v1.51${pattern.replaceAll(/\{\w+\*?\}/g, 'x')}?container=x`;

/** An engine that is never to be asked. */
const openDeaf = () => openTestApi({ environment: {} });

test('every endpoint of the specification whose body is JSON has a shape', () => {
  assert.deepEqual(TAKERS.map(nameOf).sort(), [
    'POST /auth',
    'POST /commit',
    'POST /containers/create',
    'POST /containers/{id}/exec',
    'POST /containers/{id}/update',
    'POST /exec/{id}/start',
    'POST /networks/create',
    'POST /networks/{name}/connect',
    'POST /networks/{name}/disconnect',
    'POST /volumes/create',
  ]);
});

test('values of the wrong kind are refused in the words dockerd has for them', async () => {
  await using api = await openDeaf();
  const recorded = await golden<Record<string, [body: string, words: string][]>>('wrong-kinds');
  for (const [endpoint, cases] of Object.entries(recorded)) {
    const [method = '', path] = endpoint.split(' ');
    for (const [body, words] of cases) {
      const { status, text } = await api.ask(method, `/v1.51${path}`, { body, headers: JSON_HEADERS });
      assert.deepEqual([status, JSON.parse(text)], [400, { message: START + words }], `${endpoint} ${body}`);
    }
  }
});

test('a number of a million digits is told by its first ones, not calculated with', async () => {
  await using api = await openDeaf();
  for (const sign of ['', '-']) {
    const body = `{"HostConfig":{"Memory":${sign}${'9'.repeat(1_000_000)}}}`;
    const { status, text } = await api.ask('POST', '/v1.51/containers/create', { body, headers: JSON_HEADERS });
    assert.equal(status, 400);
    assert.match(JSON.parse(text).message, new RegExp(`cannot unmarshal number ${sign}9{39,40} into `));
  }
});

const VALUES: readonly unknown[] = ['x', 7, -1, 1.5, 1e30, true, ['a'], [1], [[1]], { a: 'b' }, { a: 1 }, { a: ['b'] }];

/** Every value that is wrong somewhere below a shape, with the path of the field that is to be told. */
function* wrongsOf(shape: Shape, path: string): Generator<{ value: unknown; path: string }> {
  for (const value of VALUES) if (!isOfKind(value, shape)) yield { value, path };
  if (shape.kind === 'object') {
    for (const [name, field] of shape.fields) {
      for (const inner of wrongsOf(field, `${path}.${name}`)) yield { ...inner, value: { [name]: inner.value } };
    }
  }
  if (shape.kind === 'list') {
    for (const inner of wrongsOf(shape.item, `${path}.0`)) yield { ...inner, value: [inner.value] };
  }
  if (shape.kind === 'map') {
    for (const inner of wrongsOf(shape.item, `${path}.k~1~0`)) yield { ...inner, value: { 'k/~': inner.value } };
  }
}

/** By itself, whatever is inside; written without the code under test. */
function isOfKind(value: unknown, shape: Shape): boolean {
  const isObject = typeof value === 'object' && !Array.isArray(value);
  const whole = Number.isSafeInteger(value);
  const kinds: Record<Shape['kind'], boolean> = {
    text: typeof value === 'string',
    flag: typeof value === 'boolean',
    number: whole && (Number(value) >= 0 || !/^uint|fs/.test(shape.type)),
    list: Array.isArray(value),
    texts: typeof value === 'string' || (Array.isArray(value) && value[0] === 'a'),
    map: isObject,
    object: isObject,
  };
  return kinds[shape.kind];
}

for (const route of TAKERS) {
  test(`${nameOf(route)} refuses every value of the wrong kind by its field, and asks nobody`, async () => {
    await using api = await openDeaf();
    assert.ok(route.takesJson !== undefined);
    const { shape, name } = route.takesJson;
    let tried = 0;
    for (const { value, path } of wrongsOf(shape, name)) {
      const { status, text } = await api.ask(route.method, pathOf(route), {
        body: JSON.stringify(value),
        headers: JSON_HEADERS,
      });
      const told: string = JSON.parse(text).message;
      assert.equal(status, 400, `${JSON.stringify(value)}: ${text}`);
      assert.ok(told.startsWith(START), told);
      if (path !== name) assert.ok(told.includes(` ${path} of type `), `${JSON.stringify(value)}: ${told}`);
      tried += 1;
    }
    assert.ok(tried > 20, `${tried}`);
    assert.deepEqual(
      api.audited.filter((line) => !line.endsWith('denied')),
      [],
    );
  });
}

const SYNTAX: readonly (readonly [body: string, words: string])[] = [
  ['{invalid', "invalid JSON: invalid character 'i' looking for beginning of object key string"],
  ['{"a":', 'invalid JSON: unexpected EOF'],
  ['{"a":1,}', "invalid JSON: invalid character '}' looking for beginning of object key string"],
  ["{'a':1}", "invalid JSON: invalid character '\\'' looking for beginning of object key string"],
  ['{} x', 'unexpected content after JSON'],
  ['{}{}', 'unexpected content after JSON'],
  ['\ufeff{}', "invalid JSON: invalid character '\\ufeff' looking for beginning of value"],
  ['{"a":"\u0000"}', "invalid JSON: invalid character '\\x00' in string"],
];

for (const route of TAKERS) {
  test(`${nameOf(route)} refuses what is no JSON, another type of content, and too much`, async () => {
    await using api = await openDeaf();
    const ask = async (body: string, headers: Record<string, string> = JSON_HEADERS) => {
      const { status, text } = await api.ask(route.method, pathOf(route), { body, headers });
      return [status, JSON.parse(text).message];
    };
    for (const [body, words] of SYNTAX) assert.deepEqual(await ask(body), [400, words], body);
    const type = "unsupported Content-Type header (text/plain): must be 'application/json'";
    const typed = await ask('{}', { 'content-type': 'text/plain' });
    if (route.bodyLeniency?.anyType) assert.notDeepEqual(typed, [400, type]);
    else assert.deepEqual(typed, [400, type]);
    const long = `{"a":"${'x'.repeat(5 << 20)}"}`;
    assert.deepEqual(await ask(long), [413, 'http: request body too large']);
    // Half a million lists in each other: nothing that reads it calls itself once per list.
    const deep = `{"a":${'['.repeat(500_000)}${']'.repeat(500_000)},"a2":}`;
    assert.equal((await ask(deep))[0], 400);
  });
}

/** The names of networks that were made. */
async function openNetworks() {
  const made: string[] = [];
  const create = async ({ name }: { name: string }) => {
    made.push(name);
    return { id: name };
  };
  const api = await openTestApi({ environment: { networks: { create } } });
  const ask = (body: string) => api.ask('POST', '/v1.51/networks/create', { body, headers: JSON_HEADERS });
  return { made, ask, [Symbol.asyncDispose]: () => api[Symbol.asyncDispose]() };
}

test('of fields that nobody knows nothing is said, whatever they hold', async () => {
  await using networks = await openNetworks();
  const { status } = await networks.ask('{"Colour":"red","shape":[[{}]],"Size":-1e300,"Name":"n"}');
  assert.deepEqual([status, networks.made], [201, ['n']]);
});

test('of a field given twice in one spelling the last counts, in two spellings none', async () => {
  await using networks = await openNetworks();
  await networks.ask('{"Name":"a","Name":"b"}');
  const { status, text } = await networks.ask('{"Name":"a","NAME":"b"}');
  assert.deepEqual([status, JSON.parse(text).message], [400, 'invalid JSON: NAME is given twice']);
  assert.deepEqual(networks.made, ['b']);
});

test('a network without a body is one without a name', async () => {
  await using networks = await openNetworks();
  for (const body of ['', 'null']) assert.equal((await networks.ask(body)).status, 201);
  assert.deepEqual(networks.made, ['', '']);
});
