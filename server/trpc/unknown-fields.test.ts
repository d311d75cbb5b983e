import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TRPCError } from '@trpc/server';
import { z } from 'zod';
import type { $ZodObject, $ZodType, $ZodTypes } from 'zod/v4/core';
import { invalidInput } from '#server/errors/index.ts';
import { openTestServer } from '../http/test-server.ts';
import { assertGuarded } from './assert-guarded.ts';
import type { RequestContext } from './context.ts';
import { objectsOf } from './objects-of.ts';
import { appRouter } from './router.ts';

const procedures = Object.entries<unknown>(appRouter._def.procedures).map(([path, procedure]) => ({
  path,
  inputs: (procedure as { _def: { inputs: readonly $ZodType[] } })._def.inputs,
}));

/** An owner who may do everything, on a server that can do nothing. */
const ctx = {
  actor: { id: 'me', name: 'Me', role: 'owner', sessionId: 's' },
  requestId: 'r',
  client: { address: '::1' },
  services: {
    audit: { append: async () => {} },
    auth: { sessions: { check: async () => ({ recentlyProved: true }) } },
    log: { info() {} },
  },
} as unknown as RequestContext;

/** What tells the kinds of a mount apart. */
function literalsOf({ _zod: { def } }: $ZodObject): Record<string, unknown> {
  const fields = Object.entries(def.shape as Record<string, $ZodTypes>);
  return Object.fromEntries(
    fields.flatMap(([key, { _zod: field }]) => (field.def.type === 'literal' ? [[key, field.def.values[0]]] : [])),
  );
}

function inputWith(path: readonly string[], value: object): unknown {
  return path.reduceRight<unknown>((inner, key) => (key === '0' ? [inner] : { [key]: inner }), value);
}

async function refusalOf(path: string, input: unknown): Promise<ReturnType<typeof invalidInput>> {
  const [area = '', name = ''] = path.split('.');
  const caller = appRouter.createCaller(ctx) as unknown as Record<string, Record<string, (input: unknown) => unknown>>;
  try {
    await caller[area]?.[name]?.(input);
  } catch (error) {
    if (error instanceof TRPCError && error.cause instanceof z.ZodError) return invalidInput(error.cause);
    throw error;
  }
  throw new Error('it was done');
}

for (const { path, inputs } of procedures) {
  for (const { path: at, schema } of inputs.flatMap((input) => objectsOf(input))) {
    const field = [...at, 'misspelt'].join('.');
    const kind = Object.values(literalsOf(schema)).join(' ');
    test(`${path} refuses the unknown field ${[kind, field].join(' ').trim()}`, async () => {
      const refusal = await refusalOf(path, inputWith(at, { ...literalsOf(schema), misspelt: 'x' }));
      assert.equal(refusal.reason, 'unknown_field');
      assert.deepEqual(refusal.field, field);
    });
  }
}

test('every procedure has an input, and objects within inputs are looked at', () => {
  for (const { path, inputs } of procedures) assert.ok(inputs.length > 0, path);
  const nested = procedures.flatMap(({ inputs }) => inputs.flatMap((input) => objectsOf(input))).filter(isNested);
  assert.ok(nested.length > 30, String(nested.length));
});

const isNested = ({ path }: { path: readonly string[] }) => path.length > 0;

for (const [what, input, at] of [
  ['the input', z.object({ name: z.string() }), ''],
  ['an entry of a list', z.strictObject({ rows: z.array(z.object({})).default([]) }), 'rows.0'],
  ['what is looser than it says', z.looseObject({}), ''],
  ['a kind that nobody looks into', z.strictObject({ rows: z.tuple([z.object({})]) }), undefined],
] as const) {
  test(`a server does not start with a procedure that lets unknown fields through: ${what}`, () => {
    const meta = { permission: 'container:view', audit: null };
    const router = { _def: { procedures: { x: { _def: { type: 'query', meta, inputs: [input] } } } } };
    const problem = at === undefined ? /tuple at rows$/ : new RegExp(`takes fields that it does not name, at "${at}"$`);
    assert.throws(() => assertGuarded(router as never), problem);
  });
}

test('a browser is told which field is not known, and where', async () => {
  await using server = await openTestServer();
  const { headers: session } = await server.enter('owner');
  const config = { image: 'a', ports: [{ containerPort: 80, hostport: 8080 }] };
  const body = JSON.stringify({ json: { name: 'web', config } });
  const headers = { 'content-type': 'application/json', ...session };
  const { status, body: answer } = await server.send('POST', '/api/trpc/containers.run', headers, body);
  assert.equal(status, 400);
  const { code, reason, params } = JSON.parse(answer).error.json.data;
  const field = 'config.ports.0.hostport';
  assert.deepEqual(
    { code, reason, params },
    {
      code: 'invalid_argument',
      reason: 'unknown_field',
      params: { field, fields: [{ field, reason: 'unknown_field' }] },
    },
  );
});
