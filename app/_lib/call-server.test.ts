import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { serialize } from '#server/trpc/wire.schema.ts';
import { callServer } from './call-server.ts';
import { toFailure } from './errors.ts';

interface Asked {
  method: string | undefined;
  path: string;
  inputs: unknown;
}

/** Answers each request with the same, and notes what was asked. */
function answerAll(t: TestContext, answer: unknown): Asked[] {
  const asked: Asked[] = [];
  t.mock.method(globalThis, 'fetch', async (address: string, init: RequestInit) => {
    const url = new URL(address, 'http://davit');
    const inputs = init.method === 'GET' ? url.searchParams.get('input') : init.body;
    assert.equal(url.searchParams.get('batch'), '1');
    asked.push({ method: init.method, path: url.pathname, inputs: JSON.parse(String(inputs)) as unknown });
    return Response.json(answer);
  });
  return asked;
}

const result = (value: unknown) => ({ result: { data: serialize(value) } });
const refusal = (code: string) => ({
  error: serialize({ message: `It is ${code}`, code: -32_000, data: { code, params: { name: 'web' } } }),
});

test('questions of one moment are one request, and each gets its own answer', async (t) => {
  const started = new Date('2026-01-02T03:04:05Z');
  const asked = answerAll(t, [result({ started }), refusal('not_found'), result(undefined)]);
  const [first, second, third] = await Promise.allSettled([
    callServer('query', 'containers.get', { name: 'a/b & c' }),
    callServer('query', 'images.get', {}),
    callServer('query', 'volumes.list', undefined),
  ]);
  assert.deepEqual(asked, [
    {
      method: 'GET',
      path: '/api/trpc/containers.get,images.get,volumes.list',
      inputs: { 0: serialize({ name: 'a/b & c' }), 1: serialize({}), 2: serialize(undefined) },
    },
  ]);
  assert.deepEqual(first, { status: 'fulfilled', value: { started } });
  assert.equal(second.status, 'rejected');
  assert.equal(second.reason.message, 'It is not_found');
  assert.equal(toFailure(second.reason).code, 'not_found');
  assert.deepEqual(toFailure(second.reason).params, { name: 'web' });
  assert.deepEqual(third, { status: 'fulfilled', value: undefined });
});

test('orders go apart from questions, and later ones in a request of their own', async (t) => {
  const asked = answerAll(t, [result(1)]);
  await Promise.all([callServer('query', 'host.info', {}), callServer('mutation', 'containers.start', { at: 1n })]);
  await callServer('mutation', 'containers.stop', {});
  assert.deepEqual(
    asked.map(({ method, path }) => `${method} ${path}`),
    ['GET /api/trpc/host.info', 'POST /api/trpc/containers.start', 'POST /api/trpc/containers.stop'],
  );
  assert.deepEqual(asked[1]?.inputs, { 0: serialize({ at: 1n }) });
});

test('what is wrong with a request as a whole is wrong with each call in it', async (t) => {
  answerAll(t, refusal('unauthenticated'));
  const calls = await Promise.allSettled([callServer('query', 'a.b', {}), callServer('query', 'c.d', {})]);
  const codes = calls.map((call) => call.status === 'rejected' && toFailure(call.reason).code);
  assert.deepEqual(codes, ['unauthenticated', 'unauthenticated']);
});

test('an answer of something else between browser and server is a failure of the network', async (t) => {
  const bodies = ['<html>502</html>', '{}', '[]', '{"error":{"code":"denied","message":"no"}}'];
  for (const body of bodies) {
    const fetched = t.mock.method(globalThis, 'fetch', async () => new Response(body, { status: 502 }));
    const [call] = await Promise.allSettled([callServer('query', 'a.b', {})]);
    assert.equal(call.status, 'rejected', body);
    assert.equal(toFailure(call.reason).code, 'network', body);
    fetched.mock.restore();
  }
});
