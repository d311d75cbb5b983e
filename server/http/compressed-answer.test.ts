import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LOCAL } from '../environments/index.ts';
import { packer } from './compressed-answer.ts';
import { openTestServer } from './test-server.ts';

const EVENTS = 500;

async function open() {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await openTestServer());
  const { headers } = await server.enter('viewer');
  const { events } = server.services.environments.get(LOCAL) as unknown as { events: { publish(event: object): void } };
  for (let at = 0; at < EVENTS; at += 1) {
    events.publish({ type: 'container', action: 'start', id: `c${at}`, name: '船', attributes: {}, at: new Date(at) });
  }
  const ask = async (limit: number, { encoding, from = '192.0.2.7' }: { encoding?: string; from?: string } = {}) => {
    const input = encodeURIComponent(JSON.stringify({ json: { limit } }));
    const accepts: Record<string, string> = encoding === undefined ? {} : { 'accept-encoding': encoding };
    const forwarded: Record<string, string> = from === '' ? {} : { 'x-forwarded-for': from };
    const response = await fetch(`${server.url}/api/trpc/events.list?input=${input}`, {
      headers: { ...headers, ...accepts, ...forwarded },
    });
    const text = await response.text();
    const rows: unknown[] = JSON.parse(text).result.data.json;
    return { rows: rows.length, text, how: response.headers.get('content-encoding'), status: response.status };
  };
  const owned = stack.move();
  return { ask, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

test('a long answer is compressed for who understands that, and is the same for everybody', async () => {
  await using server = await open();
  const packed = await server.ask(EVENTS);
  assert.deepEqual([packed.status, packed.rows, packed.how], [200, EVENTS, 'gzip']);
  for (const encoding of ['identity', 'br', 'gzip;q=0']) {
    const plain = await server.ask(EVENTS, { encoding });
    assert.equal(plain.how, null, encoding);
    assert.equal(plain.text, packed.text, encoding);
  }
});

test('a short answer, and one that stays on this machine, is sent as it is', async () => {
  await using server = await open();
  for (const [limit, from] of [
    [1, '192.0.2.7'],
    [EVENTS, ''],
  ] as const) {
    const { rows, how } = await server.ask(limit, { from });
    assert.deepEqual([rows, how], [limit, null]);
  }
});

test('the same bytes are compressed once, and others anew', async () => {
  const seen: string[] = [];
  const packed = packer(async (whole) => {
    seen.push(`${whole}`);
    return Buffer.from(`packed ${whole}`);
  });
  const told = await Promise.all(['a', 'a', 'b', 'b', 'a'].map(async (text) => `${await packed(Buffer.from(text))}`));
  assert.deepEqual(told, ['packed a', 'packed a', 'packed b', 'packed b', 'packed a']);
  assert.deepEqual(seen, ['a', 'b', 'a']);
});
