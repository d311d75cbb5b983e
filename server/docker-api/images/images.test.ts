import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { EngineError } from '#engine/errors/index.ts';
import { openTestApi } from '../test-api.ts';
import { APP, ID, imagesOf, NAMELESS, OTHER, summary } from './test-images.ts';

const filtersOf = (filters: object) => `filters=${encodeURIComponent(JSON.stringify(filters))}`;

for (const [filters, expected] of [
  [{}, [[], ['app:1', 'team/app:2']]],
  [{ dangling: { true: true } }, [[]]],
  [{ dangling: ['false'] }, [['app:1', 'team/app:2']]],
  [{ reference: ['app'] }, [['app:1']]],
  [{ reference: ['*/app:*', 'none'] }, [['team/app:2']]],
  [{ reference: ['none'] }, []],
  [{ label: ['k=v'] }, [['app:1', 'team/app:2']]],
  [{ label: ['k=other'] }, []],
  [{ since: ['app:1'] }, [[]]],
  [{ before: [OTHER] }, [['app:1', 'team/app:2']]],
  [{ until: ['2026-01-01T12:00:00'] }, [['app:1', 'team/app:2']]],
] as const) {
  test(`list with ${JSON.stringify(filters)}`, async () => {
    await using api = await openTestApi({ environment: imagesOf() });
    const { status, body } = await api.json('GET', `/v1.51/images/json?${filtersOf(filters)}`);
    assert.deepEqual([status, body.map(({ RepoTags }: { RepoTags: string[] }) => RepoTags)], [200, expected]);
  });
}

for (const [filters, message] of [
  [{ nope: ['1'] }, "invalid filter 'nope'"],
  [{ dangling: ['maybe'] }, "invalid filter 'dangling=[maybe]'"],
  [{ reference: ['['] }, 'syntax error in pattern'],
] as const) {
  test(`list refuses ${JSON.stringify(filters)}`, async () => {
    await using api = await openTestApi({ environment: imagesOf() });
    const { status, body } = await api.json('GET', `/images/json?${filtersOf(filters)}`);
    assert.deepEqual([status, body], [400, { message }]);
  });
}

test('a missing image is said as dockerd says it', async () => {
  await using api = await openTestApi({ environment: imagesOf() });
  assert.deepEqual(await api.json('GET', '/v1.51/images/nope/json'), {
    status: 404,
    body: { message: 'No such image: nope:latest' },
  });
});

test('Compose before 2.0 finds the field it needs to recreate a container, whichever version it asks for', async () => {
  await using api = await openTestApi({ environment: imagesOf() });
  const keysFor = async (agent: string) => {
    const { text: answer } = await api.ask('GET', '/v1.51/images/app:1/json', { headers: { 'user-agent': agent } });
    return Object.keys(JSON.parse(answer));
  };
  const field = 'ContainerConfig';
  assert.ok((await keysFor('docker-compose/1.29.2 docker-py/5.0.3 Linux/6.1')).includes(field));
  assert.ok(!(await keysFor('docker-compose/2.40.3')).includes(field));
  assert.ok(!(await keysFor('docker-sdk-python/5.0.3')).includes(field));
});

test('inspect, load and save are about the platform that is asked for', async () => {
  const wished: unknown[] = [];
  const refuse = async (_first: unknown, opts?: { platform?: unknown }) => {
    // Whose image it is was asked before, without a platform.
    if (opts?.platform === undefined) return { ...APP, config: {}, history: [], layers: [], lastTaggedAt: undefined };
    wished.push(opts.platform);
    throw new EngineError('not_found', 'does not match the specified platform', { reason: 'platform_mismatch' });
  };
  const load = async ({ platform }: { platform?: unknown }) => refuse(undefined, { platform });
  await using api = await openTestApi({ environment: imagesOf([], { inspect: refuse, save: refuse, load }) });
  const platform = encodeURIComponent('{"os":"linux","architecture":"arm64","variant":"v8"}');
  assert.equal((await api.json('GET', `/images/app:1/json?platform=${platform}`)).status, 404);
  assert.equal((await api.json('GET', `/images/app:1/get?platform=${platform}`)).status, 404);
  await api.ask('POST', `/images/load?platform=${platform}`, { body: 'bytes' });
  assert.equal((await api.json('GET', '/images/app:1/history')).status, 200);
  const wish = { os: 'linux', architecture: 'arm64', variant: 'v8' };
  assert.deepEqual(wished, [wish, wish, wish]);
});

test('a body is imported with its name and changes and becomes the property of who sent it', async () => {
  const asked: unknown[] = [];
  await using api = await openTestApi({ environment: imagesOf(asked), role: 'developer' });
  const query = 'fromSrc=-&repo=team/x&tag=2&message=m&changes=CMD%20sh&changes=ENV%20A=b';
  const { status, text: answer } = await api.ask('POST', `/v1.51/images/create?${query}`, { body: 'bytes' });
  assert.deepEqual([status, JSON.parse(answer)], [200, { status: ID }]);
  assert.deepEqual(asked, [['bytes', 'team/x:2', ['CMD sh', 'ENV A=b'], 'm']]);
  assert.deepEqual([api.audited, api.owners], [['image.import allowed'], { [`image/${ID}`]: 'me' }]);
});

test('import and pull share an address but not a right', async () => {
  await using api = await openTestApi({
    environment: imagesOf(),
    role: 'operator',
    openRemote: unreachable('ENOTFOUND'),
  });
  assert.equal((await api.ask('POST', '/images/create?fromSrc=-', { body: 'x' })).status, 403);
  assert.equal((await api.ask('POST', '/images/create?fromImage=x')).status, 500);
  assert.deepEqual(api.audited, ['image.import denied', 'image.pull allowed', 'image.pull failed']);
});

test('a bad name is refused before the body is read for an image', async () => {
  const asked: unknown[] = [];
  await using api = await openTestApi({ environment: imagesOf(asked) });
  for (const [query, message] of [
    ['repo=BAD', 'invalid reference format: repository name (library/BAD) must be lowercase'],
    ['repo=a&tag=-', 'invalid tag format'],
    ['repo=a@sha256:1', 'invalid reference format'],
  ]) {
    const { status, body } = await api.json('POST', `/images/create?fromSrc=-&${query}`);
    assert.deepEqual([status, body.message], [400, message]);
  }
  assert.deepEqual(asked, []);
});

test('loaded images are named one a line, with their names or their id', async () => {
  const load = async ({ source }: { source: Readable }) => {
    await text(source);
    return [
      { id: ID, references: ['a:1', 'b:2'] },
      { id: OTHER, references: [] },
    ];
  };
  await using api = await openTestApi({ environment: imagesOf([], { load }) });
  const { status, text: lines } = await api.ask('POST', '/v1.51/images/load?quiet=1', { body: 'tar' });
  assert.equal(status, 200);
  assert.deepEqual(
    lines
      .trim()
      .split('\r\n')
      .map((line) => JSON.parse(line).stream),
    ['Loaded image: a:1\n', 'Loaded image: b:2\n', `Loaded image ID: ${OTHER}\n`],
  );
});

test('what is wrong with an archive is the last line of an answer that has begun', async () => {
  const load = async ({ source }: { source: Readable }) => {
    await text(source);
    throw new EngineError('data_corrupt', 'The archive ends too early', { reason: 'truncated' });
  };
  await using api = await openTestApi({ environment: imagesOf([], { load }) });
  const { status, body } = await api.json('POST', '/images/load', undefined);
  const message = 'The archive ends too early';
  assert.deepEqual([status, body], [200, { errorDetail: { message }, error: message }]);
  assert.deepEqual(api.audited, ['image.load allowed', 'image.load failed']);
});

test('several images are saved by one name each, in both ways of asking', async () => {
  const asked: unknown[] = [];
  await using api = await openTestApi({ environment: imagesOf(asked) });
  const { headers, text: body } = await api.ask('GET', '/images/get?names=app:1&names=team/app:2');
  assert.deepEqual([headers['content-type'], body], ['application/x-tar', 'a tar']);
  await api.ask('GET', '/images/team/app:2/get');
  assert.deepEqual(asked, [['app:1', 'team/app:2'], ['team/app:2']]);
});

test('tag answers 201, remove lists what went and forgets whose it was', async () => {
  const asked: unknown[] = [];
  const owners = { [`image/${ID}`]: 'somebody' };
  await using api = await openTestApi({ environment: imagesOf(asked), owners });
  assert.equal((await api.ask('POST', '/images/team/app:2/tag?repo=docker.io/library/x&tag=3')).status, 201);
  const { body } = await api.json('DELETE', '/images/app:1?force=1&noprune=0');
  assert.deepEqual(body, [{ Untagged: 'app:1' }, { Deleted: ID }]);
  assert.deepEqual(asked, [
    ['team/app:2', 'x:3'],
    ['app:1', { actor: { id: 'me', name: 'Me', entrance: 'cli' }, force: true, takesParent: 'function' }],
  ]);
  assert.deepEqual([owners, api.audited], [{}, ['image.tag allowed', 'image.remove allowed']]);
});

test('only what one may remove goes along with a child, and nothing does with noprune', async () => {
  const answers: unknown[] = [];
  const remove = async (_name: string, { takesParent }: { takesParent?: (id: string) => Promise<boolean> }) => {
    answers.push(await takesParent?.(OTHER));
    return [];
  };
  const owners = { [`image/${ID}`]: 'me', [`image/${OTHER}`]: 'somebody' };
  for (const [role, path] of [
    ['developer', '/images/app:1'],
    ['admin', '/images/app:1'],
    ['admin', '/images/app:1?noprune=1'],
  ] as const) {
    await using api = await openTestApi({ environment: imagesOf([], { remove }), owners, role });
    assert.equal((await api.ask('DELETE', path)).status, 200);
  }
  assert.deepEqual(answers, [false, true, undefined]);
});

test('a list leaves out what only is there for others, unless all are asked for', async () => {
  const below = summary(`sha256:${'ef'.repeat(32)}`, [], { children: [ID] });
  const list = async () => [below, NAMELESS, { ...APP, parent: below.id }];
  await using api = await openTestApi({ environment: imagesOf([], { list }) });
  const ids = async (query: string) =>
    (await api.json('GET', `/images/json${query}`)).body.map(({ Id, ParentId }: Record<string, string>) => [
      Id,
      ParentId,
    ]);
  const [own, nameless, parent] = [
    [ID, below.id],
    [OTHER, ''],
    [below.id, ''],
  ];
  assert.deepEqual(await ids(''), [nameless, own]);
  assert.deepEqual(await ids('?all=1'), [parent, nameless, own]);
  assert.deepEqual(await ids('?all=1&filters={"dangling":["true"]}'), [nameless]);
});

test('prune passes its filters on and has null for nothing', async () => {
  const asked: unknown[] = [];
  const prune = async (filter: { until?: Date; dangling: boolean }) => {
    asked.push(filter);
    return filter.dangling ? { removed: [], freedBytes: 0 } : { removed: [{ deleted: ID }], freedBytes: 7 };
  };
  await using api = await openTestApi({ environment: imagesOf([], { prune }) });
  assert.deepEqual((await api.json('POST', '/images/prune')).body, { ImagesDeleted: null, SpaceReclaimed: 0 });
  const filters = filtersOf({ dangling: { false: true }, 'label!': ['keep'], until: ['2026-01-01'] });
  const { body } = await api.json('POST', `/images/prune?${filters}`);
  assert.deepEqual(body, { ImagesDeleted: [{ Deleted: ID }], SpaceReclaimed: 7 });
  assert.deepEqual(asked[1], {
    dangling: false,
    until: new Date('2026-01-01'),
    label: [],
    labelNot: ['keep'],
    only: undefined,
  });
});

const unreachable = (code: string) => async (url: string) => {
  const cause = Object.assign(new Error(code), { code });
  throw new EngineError(
    'unavailable',
    `${new URL(url).host} cannot be reached`,
    { reason: 'remote_unavailable' },
    { cause },
  );
};

for (const [name, code, message] of [
  ['nope', 'ENOTFOUND', 'Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: no such host'],
  [
    '127.0.0.1:5999/x/y',
    'ECONNREFUSED',
    'Get "http://127.0.0.1:5999/v2/": dial tcp 127.0.0.1:5999: connect: connection refused',
  ],
] as const) {
  test(`a pull of ${name} without a way to its registry says so in Go's words`, async () => {
    await using api = await openTestApi({ environment: imagesOf(), openRemote: unreachable(code) });
    const { body } = await api.json('POST', `/images/create?fromImage=${encodeURIComponent(name)}&tag=1`);
    assert.equal(body.message, message);
  });
}

test('a push of what is not there is refused in the stream', async () => {
  await using api = await openTestApi({ environment: imagesOf() });
  const { status, body } = await api.json('POST', '/images/127.0.0.1:5999/team/none/push?tag=1');
  const message = 'An image does not exist locally with the tag: 127.0.0.1:5999/team/none';
  const [first, last] = body;
  assert.deepEqual([status, first.status], [200, 'The push refers to repository [127.0.0.1:5999/team/none]']);
  assert.deepEqual(last, { errorDetail: { message }, error: message });
});

test('search asks the registry and passes on what is known of its answer', async () => {
  const urls: string[] = [];
  const results = [
    { name: 'team/app', description: 'an app', star_count: 3, is_official: false, is_automated: false, evil: 1 },
    { name: 'low', star_count: 0 },
    'junk',
  ];
  const openRemote = async (url: string) => {
    urls.push(url);
    const stream = Readable.from([Buffer.from(JSON.stringify({ results }))]);
    return { stream, totalBytes: undefined, [Symbol.asyncDispose]: async () => {} };
  };
  await using api = await openTestApi({ environment: {}, openRemote });
  const { body } = await api.json('GET', `/images/search?term=127.0.0.1:9/app&${filtersOf({ stars: ['1'] })}`);
  assert.deepEqual(urls, ['http://127.0.0.1:9/v1/search?q=app&n=25']);
  assert.deepEqual(body, [
    { name: 'team/app', description: 'an app', star_count: 3, is_official: false, is_automated: false },
  ]);
});

test('the manifests of an image are told to whoever asks, from the version on that has them', async () => {
  const own = { mediaType: 'm', digest: ID, size: 3, platform: APP.platform };
  const annotations = { 'vnd.docker.reference.digest': ID };
  const about = { mediaType: 'm', digest: OTHER, size: 4, annotations };
  const manifests = async () => [
    { kind: 'image', descriptor: own, contentBytes: 30, unpackedBytes: 10, usedBy: ['c1'] },
    { kind: 'attestation', descriptor: about, contentBytes: 40, unpackedBytes: 0, usedBy: [] },
  ];
  await using api = await openTestApi({ environment: imagesOf([], { manifests }) });
  const expected = [
    {
      ID,
      Descriptor: own,
      Available: true,
      Size: { Content: 30, Total: 40 },
      Kind: 'image',
      ImageData: { Platform: APP.platform, Containers: ['c1'], Size: { Unpacked: 10 } },
    },
    {
      ID: OTHER,
      Descriptor: about,
      Available: true,
      Size: { Content: 40, Total: 40 },
      Kind: 'attestation',
      AttestationData: { For: ID },
    },
  ];
  const manifestsAt = async (path: string) => {
    const { body } = await api.json('GET', path);
    return (Array.isArray(body) ? body[0] : body).Manifests;
  };
  assert.deepEqual(await manifestsAt('/v1.47/images/json?manifests=1'), expected);
  assert.deepEqual(await manifestsAt('/v1.48/images/app:1/json?manifests=1'), expected);
  for (const path of [
    '/v1.46/images/json?manifests=1',
    '/v1.51/images/json',
    '/v1.47/images/app:1/json?manifests=1',
    '/v1.51/images/app:1/json',
  ]) {
    assert.equal(await manifestsAt(path), undefined, path);
  }
});
