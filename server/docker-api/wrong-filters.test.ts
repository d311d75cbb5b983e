// Filters that are wrong, for every endpoint that takes them, with what dockerd 28.5.2 says to the same.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestApi } from './test-api.ts';

/** Endpoints and one key that each knows. */
const FILTERED = [
  ['GET', '/containers/json', 'label'],
  ['GET', '/images/json', 'label'],
  ['GET', '/networks', 'label'],
  ['GET', '/volumes', 'label'],
  ['GET', '/plugins', 'enabled'],
  ['GET', '/images/search?term=x', 'stars'],
  ['POST', '/containers/prune', 'label'],
  ['POST', '/images/prune', 'label'],
  ['POST', '/networks/prune', 'label'],
  ['POST', '/volumes/prune', 'label'],
  ['POST', '/build/prune', 'label'],
] as const;

/** There is nothing to list, and nothing that could be changed. */
const EMPTY = Object.fromEntries(
  ['containers', 'images', 'networks', 'volumes'].map((kind) => [kind, { list: async () => [] }]),
);

async function ask(method: string, path: string, filters: string) {
  await using api = await openTestApi({ environment: EMPTY });
  const sign = path.includes('?') ? '&' : '?';
  const { status, text } = await api.ask(method, `/v1.51${path}${sign}filters=${encodeURIComponent(filters)}`);
  return [status, JSON.parse(text).message];
}

for (const [method, path, key] of FILTERED) {
  test(`${method} ${path} refuses filters that it does not know or cannot read, and does nothing`, async () => {
    for (const [filters, words] of [
      ['{"colour":["red"]}', "invalid filter 'colour'"],
      ['{"colour":{"red":true}}', "invalid filter 'colour'"],
      [`{"${key.toUpperCase()}":["a"]}`, `invalid filter '${key.toUpperCase()}'`],
      [`{"${key}":"a"}`, 'invalid filter'],
      [`{"${key}":{"a":1}}`, 'invalid filter'],
      [`{"${key}":{"a":"true"}}`, 'invalid filter'],
      [`{"${key}":[7]}`, 'invalid filter'],
      // What cannot be read is told before what is not known.
      [`{"colour":"red"}`, 'invalid filter'],
      [`["${key}"]`, 'invalid filter'],
      [`"${key}"`, 'invalid filter'],
      ['7', 'invalid filter'],
      [`{"${key}":`, 'invalid filter'],
      [key, 'invalid filter'],
    ] as const) {
      assert.deepEqual(await ask(method, path, filters), [400, words], filters);
    }
  });
}

for (const path of ['/events', '/nodes', '/services', '/tasks', '/secrets', '/configs']) {
  test(`GET ${path} refuses filters that it cannot read`, async () => {
    for (const filters of ['["label"]', '{"label":"a"}', '{"label":[7]}', '{', '7']) {
      assert.deepEqual(await ask('GET', path, filters), [400, 'invalid filter'], filters);
    }
  });
}

const VALUES: readonly [method: string, path: string, key: string, value: string, words: string][] = [
  ...(['/containers/json'] as const).flatMap((path): [string, string, string, string, string][] => [
    [
      'GET',
      path,
      'status',
      'x',
      "invalid filter 'status=x': invalid value for state (x): must be one of created, running, paused, restarting, removing, exited, dead",
    ],
    [
      'GET',
      path,
      'health',
      'x',
      "invalid filter 'health=x': invalid value for health (x): must be one of none, starting, healthy, unhealthy",
    ],
    ['GET', path, 'exited', 'x', `invalid filter 'exited=x': strconv.Atoi: parsing "x": invalid syntax`],
    ['GET', path, 'is-task', 'x', "invalid filter 'is-task=[x]'"],
    ['GET', path, 'publish', 'x', 'invalid filter: invalid port specification: "x"'],
    ['GET', path, 'publish', '99999', 'invalid filter: invalid port specification: "99999"'],
    ['GET', path, 'expose', '-1', 'invalid filter: invalid port specification: "-1"'],
  ]),
  ['GET', '/images/json', 'dangling', 'x', "invalid filter 'dangling=[x]'"],
  ['GET', '/images/json', 'reference', '[', 'syntax error in pattern'],
  ['GET', '/images/json', 'until', 'x', 'failed to parse value as time or duration: "x"'],
  [
    'GET',
    '/networks',
    'dangling',
    'x',
    'invalid value for filter \'dangling\', must be "true" (or "1"), or "false" (or "0")',
  ],
  ['GET', '/networks', 'type', 'x', "invalid filter: 'type'='x'"],
  ['GET', '/volumes', 'dangling', 'x', "invalid filter 'dangling=[x]'"],
  ['POST', '/images/prune', 'dangling', 'x', "invalid filter 'dangling=[x]'"],
  ['POST', '/volumes/prune', 'all', 'x', "invalid filter 'all=[x]'"],
  ...['/containers/prune', '/images/prune', '/networks/prune', '/build/prune'].map(
    (path): [string, string, string, string, string] => {
      return ['POST', path, 'until', 'x', 'failed to parse value as time or duration: "x"'];
    },
  ),
];

for (const [method, path, key, value, words] of VALUES) {
  test(`${method} ${path} refuses ${key}=${value} by its name`, async () => {
    assert.deepEqual(await ask(method, path, JSON.stringify({ [key]: [value] })), [400, words]);
    assert.deepEqual(await ask(method, path, JSON.stringify({ [key]: { [value]: true } })), [400, words]);
  });
}

for (const path of ['/containers/prune', '/images/prune', '/networks/prune', '/build/prune']) {
  test(`POST ${path} takes one moment only`, async () => {
    assert.deepEqual(await ask('POST', path, '{"until":["1h","2h"]}'), [400, 'more than one until filter specified']);
  });
}

test('a flag without a value is none, and null are no filters at all', async () => {
  assert.deepEqual(await ask('GET', '/images/json', '{"dangling":[]}'), [400, "invalid filter 'dangling'"]);
  await using api = await openTestApi({ environment: EMPTY });
  assert.deepEqual(await api.json('GET', '/v1.51/networks?filters=null'), { status: 200, body: [] });
});
