import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineError } from '#engine/errors/index.ts';
import { silentLogger } from '#engine/lib/index.ts';
import type { Role } from '#server/access/index.ts';
import type { RequestContext } from '../context.ts';
import { appRouter } from '../router.ts';

/** An engine that only writes down what it is asked, with a start that may fail. */
function open(role: Role, startError?: unknown, removeError?: unknown) {
  const calls: string[] = [];
  const audited: string[] = [];
  const containers = {
    create: async (_config: object, opts: { name?: string; platform?: object }) => {
      calls.push(`create ${opts.name}${opts.platform === undefined ? '' : ` ${JSON.stringify(opts.platform)}`}`);
      return { id: 'c1', name: opts.name ?? 'random', warnings: [] };
    },
    start: async (id: string) => {
      calls.push(`start ${id}`);
      if (startError !== undefined) throw startError;
      return { started: true };
    },
    remove: async (id: string, opts: { force?: boolean; volumes?: boolean }) => {
      calls.push(`remove ${id} force:${opts.force ?? false} volumes:${opts.volumes}`);
      if (removeError !== undefined) throw removeError;
    },
    checkCreate: async (part: object) => {
      calls.push(`check ${Object.keys(part).join(' ')}`);
      return [];
    },
  };
  const environment = { containers, volumes: { list: async () => [] } };
  const services = {
    environments: { get: () => environment },
    ownership: { ownerOf: async () => undefined, claim: async () => {}, release: async () => {} },
    audit: {
      append: async (row: { action: string; result: string }) => void audited.push(`${row.action} ${row.result}`),
    },
    log: silentLogger,
  };
  const context = {
    services: services as unknown as RequestContext['services'],
    requestId: 'r1',
    actor: { id: 'me', name: 'Me', role, sessionId: 's1' },
    client: { address: '192.0.2.1', userAgent: 'test' },
    setSession() {},
  };
  return { calls, audited, caller: appRouter.createCaller(context) };
}

const request = { name: 'web', config: { image: 'nginx' } };
const taken = new EngineError('in_use', 'Port 80 is taken', { reason: 'port_in_use', port: 80 });

test('run creates and starts, and is one row of the audit', async () => {
  const { caller, calls, audited } = open('developer');
  assert.equal((await caller.containers.run(request)).name, 'web');
  assert.deepEqual(calls, ['create web', 'start c1']);
  assert.deepEqual(audited, ['container.run allowed']);
});

test('a platform that was chosen reaches the engine, and nothing else of it', async () => {
  const { caller, calls } = open('developer');
  const platform = { os: 'linux', architecture: 'arm', variant: 'v7' };
  await caller.containers.create({ ...request, platform });
  assert.deepEqual(calls, ['create web {"os":"linux","architecture":"arm","variant":"v7"}']);
  await assert.rejects(caller.containers.create({ ...request, platform: { os: '', architecture: 'arm' } }), {
    code: 'BAD_REQUEST',
  });
});

test('a container that cannot start is taken back, and the first reason is the answer', async () => {
  for (const removeError of [undefined, new EngineError('not_found', 'No such container: c1'), new Error('busy')]) {
    const { caller, calls, audited } = open('developer', taken, removeError);
    await assert.rejects(caller.containers.run(request), { message: 'Port 80 is taken' });
    assert.deepEqual(calls, ['create web', 'start c1', 'remove c1 force:false volumes:true']);
    assert.deepEqual(audited, ['container.run allowed', 'container.run failed']);
  }
});

test('run is refused before the engine is asked, by role and by what the form wants', async () => {
  const viewer = open('viewer');
  await assert.rejects(viewer.caller.containers.run(request), { code: 'FORBIDDEN' });
  assert.deepEqual([viewer.calls, viewer.audited], [[], ['container.run denied']]);
  const developer = open('developer');
  const privileged = { config: { image: 'nginx', privileged: true } };
  await assert.rejects(developer.caller.containers.run(privileged), { code: 'FORBIDDEN' });
  assert.deepEqual([developer.calls, developer.audited], [[], ['container.run allowed', 'container.run failed']]);
});

test('whether a host folder exists is told only to those who may mount it', async () => {
  const developer = open('developer');
  const answer = await developer.caller.containers.checkCreate({ name: 'web', bindSource: '/root/.ssh' });
  assert.deepEqual(answer, [{ field: 'mounts', reason: 'bind_not_allowed', params: { source: '/root/.ssh' } }]);
  assert.deepEqual(developer.calls, ['check name']);
  const admin = open('admin');
  assert.deepEqual(await admin.caller.containers.checkCreate({ bindSource: '/srv' }), []);
  assert.deepEqual(admin.calls, ['check bindSource']);
});

test('what a role may not have is told before it is asked for, without looking at the host or making a row', async () => {
  const bind = { type: 'bind' as const, source: '/proc/self/root', target: '/host' };
  const config = { image: 'nginx', privileged: true, mounts: [bind], securityOpt: ['seccomp=unconfined'] };
  const developer = open('developer');
  assert.deepEqual(await developer.caller.containers.judge({ config }), [
    { field: 'privileged', reason: 'privileged', params: {} },
    { field: 'securityOpt', reason: 'security_option_not_allowed', params: { option: 'seccomp=unconfined' } },
    { field: 'mounts', reason: 'bind_not_allowed', params: { source: '/proc/self/root' } },
  ]);
  assert.deepEqual(await developer.caller.containers.judge({ config: { image: 'nginx' } }), []);
  assert.deepEqual([developer.calls, developer.audited], [[], []]);
  assert.deepEqual(await open('admin').caller.containers.judge({ config }), []);
  await assert.rejects(open('viewer').caller.containers.judge({ config }), { code: 'FORBIDDEN' });
});
