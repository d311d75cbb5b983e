import assert from 'node:assert/strict';
import { test } from 'node:test';
import { can, PERMISSION_TABLE, type Permission, ROLES } from '#server/access/index.ts';
import { assertGuarded } from './assert-guarded.ts';
import type { RequestContext } from './context.ts';
import type { ProcedureMeta } from './init.ts';
import { appRouter } from './router.ts';

const procedures = Object.entries<unknown>(appRouter._def.procedures).map(([path, procedure]) => ({
  path,
  meta: (procedure as { _def: { meta?: ProcedureMeta } })._def.meta,
}));

const NOTHING_BEHIND = new Error('the gates were passed');

interface Behind {
  /** Who made every object there is. */
  createdBy?: string;
  /** The audit log cannot be written. */
  silent?: boolean;
}

interface Seen {
  rows: string[];
  /** What was called behind the gates. */
  calls: string[];
}

/** A context whose services all fail in a way of their own: who gets that far was let through. */
function contextOf(actor: RequestContext['actor'], seen: Seen, opts: Behind = {}): RequestContext {
  const { createdBy = 'somebody-else', silent = false } = opts;
  const behind = (area: string, gates: object = {}): object =>
    new Proxy(gates, {
      get: (target, name) =>
        Reflect.get(target, name) ??
        (() => {
          seen.calls.push(`${area}.${String(name)}`);
          throw NOTHING_BEHIND;
        }),
    });
  const environment: Record<string, object> = {
    containers: behind('containers', { inspect: async () => ({ id: 'c1', createdBy }) }),
    networks: behind('networks', { get: async () => ({ id: 'n1', builtin: false }) }),
    images: behind('images', { inspect: async () => ({ id: 'i1', usedBy: [{}] }) }),
  };
  const services = {
    environments: {
      get: () => {
        seen.calls.push('environment');
        return new Proxy(environment, { get: (parts, name) => parts[String(name)] ?? behind(String(name)) });
      },
    },
    ownership: { ownerOf: async () => createdBy },
    operations: behind('operations', { get: async () => ({ id: 'o1', actorId: createdBy }) }),
    audit: {
      append: async ({ action, result }: { action: string; result: string }) => {
        if (silent) throw new Error('the disk is full');
        seen.rows.push(`${action} ${result}`);
      },
    },
    auth: { sessions: behind('sessions', { check: async () => ({ recentlyProved: true }) }) },
    log: { debug() {}, info() {}, warn() {}, error() {} },
  };
  return {
    services: services as unknown as RequestContext['services'],
    requestId: 'r1',
    actor,
    client: { address: '192.0.2.1', userAgent: 'test' },
    setSession() {},
  };
}

const NAMES = { containerId: 'c1', imageId: 'i1', volumeName: 'v1', networkId: 'n1', operationId: 'o1' };
const KEY_OF: Record<string, keyof typeof NAMES> = {
  container: 'containerId',
  image: 'imageId',
  volume: 'volumeName',
  network: 'networkId',
  operation: 'operationId',
};

/** Calls with nothing but the object's name: refusal must come before the input is judged. */
async function codeOfCall(path: string, input: object, ctx: RequestContext): Promise<string> {
  const [area = '', name = ''] = path.split('.');
  const caller = appRouter.createCaller(ctx) as unknown as Record<string, Record<string, (input: object) => unknown>>;
  try {
    await caller[area]?.[name]?.(input);
    return 'OK';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

test('every procedure is guarded, and one without a permission does not start', () => {
  assertGuarded(appRouter);
  assert.ok(procedures.length > 30);
  const naked = { _def: { procedures: { 'x.y': { _def: { type: 'query', inputs: [] } } } } };
  assert.throws(() => assertGuarded(naked as never), /x\.y has no permission/);
  const silent = { type: 'mutation', meta: { permission: 'container:start', audit: null }, inputs: [] };
  assert.throws(() => assertGuarded({ _def: { procedures: { x: { _def: silent } } } } as never), /without an audit/);
});

for (const { path, meta } of procedures) {
  const permission = meta?.permission;
  if (permission === undefined || permission === 'public') continue;
  const key = KEY_OF[permission.split(':')[0] ?? ''];
  const input = key === undefined ? {} : { [key]: NAMES[key] };

  test(`${path}: nobody is asked to sign in, and nothing else happens`, async () => {
    const seen: Seen = { rows: [], calls: [] };
    assert.equal(await codeOfCall(path, input, contextOf(undefined, seen)), 'UNAUTHORIZED');
    assert.deepEqual(seen.calls, []);
    assert.deepEqual(seen.rows, meta?.audit ? [`${meta.audit} denied`] : []);
  });

  for (const role of ROLES) {
    for (const createdBy of ['me', 'somebody-else']) {
      test(`${path}: ${role} on what ${createdBy} made`, async () => {
        const actor = { id: 'me', name: 'Me', role, sessionId: 's1' };
        const seen: Seen = { rows: [], calls: [] };
        const code = await codeOfCall(path, input, contextOf(actor, seen, { createdBy }));
        const allowed = can(actor, permission, key === undefined ? undefined : { createdBy, inUse: true });
        assert.equal(code === 'FORBIDDEN', !allowed, `answered ${code}`);
        const work = seen.calls.filter((call) => call !== 'environment');
        if (!allowed) assert.deepEqual(work, []);
        const failed = code === 'OK' ? [] : [`${meta?.audit} failed`];
        const rows = allowed ? [`${meta?.audit} allowed`, ...failed] : [`${meta?.audit} denied`];
        assert.deepEqual(seen.rows, meta?.audit ? rows : []);
      });
    }
  }

  if (meta?.audit) {
    test(`${path}: is not begun when it cannot be written down`, async () => {
      const actor = { id: 'me', name: 'Me', role: 'owner' as const, sessionId: 's1' };
      const seen: Seen = { rows: [], calls: [] };
      const code = await codeOfCall(path, input, contextOf(actor, seen, { createdBy: 'me', silent: true }));
      assert.equal(code, 'INTERNAL_SERVER_ERROR');
      assert.deepEqual(
        seen.calls.filter((call) => call !== 'environment'),
        [],
      );
    });
  }
}

test('a sign-in is written down with the name that was tried, cut to a length, and the address', async () => {
  for (const [path, name] of [
    ['session.signIn', 'ann\n<b>'],
    ['session.setup', 'x'.repeat(5_000)],
  ] as const) {
    const rows: unknown[] = [];
    const ctx = contextOf(undefined, { rows: [], calls: [] });
    const audit = { append: async (row: object) => void rows.push(row) };
    Object.assign(ctx.services, { audit });
    await codeOfCall(path, { name, password: 'wrong password', code: 'x' }, ctx);
    assert.ok(rows.length === 2, 'before the password is looked at, and when it was wrong');
    for (const row of rows as { actor: { id?: string; name: string }; address: string }[]) {
      assert.deepEqual(row.actor, { id: undefined, name: name.slice(0, 64) });
      assert.equal(row.address, '192.0.2.1');
    }
  }
});

test('the permissions that procedures name are in the table', () => {
  const named = procedures.map(({ meta }) => meta?.permission).filter((name) => name !== 'public');
  for (const name of named) assert.ok(Object.hasOwn(PERMISSION_TABLE, name as Permission), name);
});
