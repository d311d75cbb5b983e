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

/** A context whose services all fail in a way of their own: who gets that far was let through. */
function contextOf(actor: RequestContext['actor'], rows: string[]): RequestContext {
  const behind = new Proxy(
    {},
    {
      get: () => () => {
        throw NOTHING_BEHIND;
      },
    },
  );
  const environment = {
    get: () => ({
      containers: { inspect: async () => ({ id: 'c1', createdBy: 'somebody-else' }) },
      images: { inspect: async () => ({ id: 'i1', usedBy: [{}] }) },
    }),
  };
  const services = {
    environments: environment,
    ownership: { ownerOf: async () => 'somebody-else' },
    operations: { ...behind, get: async () => ({ id: 'o1', actorId: 'somebody-else' }), list: async () => [] },
    audit: {
      append: async ({ action, result }: { action: string; result: string }) => void rows.push(`${action} ${result}`),
    },
    auth: behind,
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

const NAMES = { containerId: 'c1', imageId: 'i1', volumeName: 'v1', operationId: 'o1' };
const KEY_OF: Record<string, keyof typeof NAMES> = {
  container: 'containerId',
  image: 'imageId',
  volume: 'volumeName',
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
  const naked = { _def: { procedures: { 'x.y': { _def: { type: 'query' } } } } };
  assert.throws(() => assertGuarded(naked as never), /x\.y has no permission/);
  const silent = { type: 'mutation', meta: { permission: 'container:start', audit: null } };
  assert.throws(() => assertGuarded({ _def: { procedures: { x: { _def: silent } } } } as never), /without an audit/);
});

for (const { path, meta } of procedures) {
  const permission = meta?.permission;
  if (permission === undefined || permission === 'public') continue;
  const key = KEY_OF[permission.split(':')[0] ?? ''];
  const input = key === undefined ? {} : { [key]: NAMES[key] };

  test(`${path}: nobody is asked to sign in`, async () => {
    assert.equal(await codeOfCall(path, input, contextOf(undefined, [])), 'UNAUTHORIZED');
  });

  for (const role of ROLES) {
    test(`${path}: ${role} on what somebody else made`, async () => {
      const actor = { id: 'me', name: 'Me', role, sessionId: 's1' };
      const rows: string[] = [];
      const code = await codeOfCall(path, input, contextOf(actor, rows));
      const resource = key === undefined ? undefined : { createdBy: 'somebody-else', inUse: true };
      const allowed = can(actor, permission, resource);
      assert.equal(code === 'FORBIDDEN', !allowed, `answered ${code}`);
      if (meta?.audit) assert.equal(rows[0], `${meta.audit} ${allowed ? 'allowed' : 'denied'}`);
      else assert.deepEqual(rows, []);
    });
  }
}

test('the permissions that procedures name are in the table', () => {
  const named = procedures.map(({ meta }) => meta?.permission).filter((name) => name !== 'public');
  for (const name of named) assert.ok(Object.hasOwn(PERMISSION_TABLE, name as Permission), name);
});
