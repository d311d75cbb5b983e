// Every route of the Docker API, for every role, on own and foreign objects; the routes come from the table that serves them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { can, ROLES, type Role, type Scope } from '#server/access/index.ts';
import { compileRoutes, type DockerRoute } from './route.ts';
import { DOCKER_ROUTES } from './routes.ts';
import { openTestApi } from './test-api.ts';

/** What the finders of routes ask before the gate, and what only looks. Anything else changes something. */
const LOOKS = new Set(
  `containers.inspect containers.identify containers.inspectExec containers.waitExec containers.list containers.logs containers.stats containers.top containers.wait
   containers.changes images.inspect images.list images.resolve images.history networks.get networks.list volumes.get
   volumes.list volumes.usage events.stream hostInfo metrics`.split(/\s+/),
);

const CREATE = JSON.stringify({ Image: 'i1', Name: 'x', Cmd: ['true'], Container: 'c1', AttachStdout: true });
const QUERIES = ['', 'fromImage=i1', 'fromSrc=-', 'container=c1', 'link=1'];

function passed(): Promise<never> {
  const failure = Promise.reject(new Error('the gates were passed'));
  // Some verbs are expected to answer at once: nobody waits for this promise then.
  failure.catch(() => undefined);
  return failure;
}

/** An engine whose every verb fails after it was noted. */
function fakeEngine(createdBy: string, calls: string[]) {
  const area = (name: string, known: Record<string, unknown>) =>
    new Proxy(known, {
      get:
        (target, verb) =>
        (...args: unknown[]) => {
          calls.push(`${name}.${String(verb)}`);
          const answer = target[String(verb)];
          if (typeof answer === 'function') return answer(...args);
          return passed();
        },
    });
  const config = { tty: false, openStdin: true, log: { driver: 'json-file' }, mounts: [], env: [], labels: {} };
  const container = { id: 'c1', name: 'c1', createdBy, config, state: { status: 'running' } };
  const environment: Record<string, unknown> = {
    containers: area('containers', {
      inspect: async () => container,
      identify: async () => container,
      inspectExec: async () => ({ id: 'c1', containerId: 'c1', tty: false, running: false }),
    }),
    images: area('images', { inspect: async () => ({ id: 'i1', usedBy: [{}] }) }),
    networks: area('networks', {
      get: async () => ({ id: 'n1', name: 'n1', builtin: false, endpoints: [{}] }),
      list: async () => [{ id: 'n1', name: 'n1', builtin: false }],
    }),
    volumes: area('volumes', { get: async () => ({ name: 'v1', usedBy: [{}] }), list: async () => [{ name: 'v1' }] }),
    events: area('events', {}),
  };
  return new Proxy(environment, {
    get: (parts, name) =>
      parts[String(name)] ??
      (() => {
        calls.push(String(name));
        return passed();
      }),
    has: () => true,
    ownKeys: (parts) => Reflect.ownKeys(parts),
  });
}

function pathOf(route: DockerRoute): string {
  const query = QUERIES.find((text) => route.when?.(new URLSearchParams(text)) ?? true);
  assert.ok(query !== undefined, `no query of this test is for ${route.method} ${route.pattern}`);
  const kind = route.pattern.startsWith('/images') ? 'i1' : route.pattern.startsWith('/volumes') ? 'v1' : 'n1';
  const path = route.pattern.replaceAll(/\{(\w+)\*?\}/g, (_all, name) =>
    name === 'id' ? 'c1' : name === 'link' ? 'c1/alias' : kind,
  );
  return `/v1.51${path}?${query === '' ? 'container=c1' : query}&path=/x`;
}

const EVERY = DOCKER_ROUTES.map((route) => ({ route, name: `${route.method} ${route.pattern}`, path: pathOf(route) }));

async function ask(
  { route, path }: (typeof EVERY)[number],
  who: { role: Role; createdBy: string; scopes?: readonly Scope[] },
) {
  const calls: string[] = [];
  const { role, createdBy, scopes } = who;
  const owners = { 'image/i1': createdBy, 'network/n1': createdBy, 'volume/v1': createdBy };
  const environment = fakeEngine(createdBy, calls);
  await using api = await openTestApi({ role, environment, owners, ...(scopes === undefined ? {} : { scopes }) });
  const body = route.method === 'POST' || route.method === 'PUT' ? CREATE : '';
  const question = { body, headers: { 'content-type': 'application/json' } };
  // A stream that had begun is cut: it got past the gates.
  const { status, text } = await api.ask(route.method, path, question).catch(() => ({ status: 0, text: 'cut' }));
  return { status, text, calls, audited: api.audited };
}

/** Whether the first gate lets pass, by the one table of permissions. */
function expected(
  { route }: (typeof EVERY)[number],
  role: Role,
  createdBy: string,
  scopes?: readonly Scope[],
): boolean {
  if (route.permission === 'account') return true;
  const actor = { id: 'me', name: 'Me', role, scopes };
  return can(actor, route.permission, route.find === undefined ? undefined : { createdBy, inUse: true });
}

test('the table has every area, and a route without a permission is refused', () => {
  assert.ok(EVERY.length > 80);
  const [first] = DOCKER_ROUTES;
  assert.ok(first);
  assert.throws(() => compileRoutes([{ ...first, permission: undefined as never }]), /has no permission/);
  assert.throws(
    () => compileRoutes([{ ...first, method: 'POST', permission: 'container:start', audit: null }]),
    /changes something without an audit name/,
  );
});

for (const role of ROLES) {
  for (const createdBy of ['me', 'somebody']) {
    const whose = createdBy === 'me' ? 'own' : 'foreign';
    test(`${role}: every route on ${whose} objects passes the gate exactly when the permission says so`, async () => {
      for (const one of EVERY) {
        const { status, text, calls, audited } = await ask(one, { role, createdBy });
        const passes = expected(one, role, createdBy);
        const where = `${one.name} as ${role} on ${whose}: ${status} ${text.slice(0, 100)} ${calls.join(' ')}`;
        const refused = status === 403 && (one.route.method === 'HEAD' || text.includes('needs the permission'));
        if (!passes) assert.ok(refused, where);
        // A second gate may still refuse, for another reason.
        else assert.ok(!refused || !text.includes(`needs the permission ${one.route.permission}"`), where);
        if (refused) for (const call of calls) assert.ok(LOOKS.has(call), where);
        if (one.route.audit !== null) {
          assert.ok(
            audited.includes(`${one.route.audit} ${passes ? 'allowed' : 'denied'}`),
            `${where}: ${audited.join()}`,
          );
        }
      }
    });
  }
}

test('a viewer changes nothing by any endpoint, not even on what would be their own', async () => {
  for (const one of EVERY) {
    for (const createdBy of ['me', 'somebody']) {
      const { calls, audited } = await ask(one, { role: 'viewer', createdBy });
      for (const call of calls) assert.ok(LOOKS.has(call), `${one.name}: ${call}`);
      assert.equal(audited.filter((row) => row.endsWith(' allowed')).join(), '', one.name);
    }
  }
});

test('a token of an owner is kept to its scopes at every route', async () => {
  const scopes: readonly Scope[] = ['networks:read'];
  for (const one of EVERY) {
    const { status, text, calls } = await ask(one, { role: 'owner', createdBy: 'me', scopes });
    const passes = expected(one, 'owner', 'me', scopes);
    const where = `${one.name}: ${status} ${text.slice(0, 100)}`;
    if (!passes) assert.equal(status, 403, where);
    if (!passes && one.route.method !== 'HEAD') assert.match(text, /lacks the scope|needs the permission/, where);
    for (const call of calls) assert.ok(LOOKS.has(call), `${where} ${call}`);
  }
});
