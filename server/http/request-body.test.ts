import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type ClientRequest, createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { bodyOf } from './request-body.ts';

/** A request under way, both of its ends. */
async function openRequest(headers: Record<string, string | number>) {
  await using undo = new AsyncDisposableStack();
  const server = createServer().listen(0, '127.0.0.1');
  undo.defer(() => void server.close());
  await once(server, 'listening');
  const arrived = once(server, 'request');
  const client: ClientRequest = request({
    port: (server.address() as AddressInfo).port,
    host: '127.0.0.1',
    method: 'POST',
    headers,
  });
  // What the client sees of a cut connection is not the matter here.
  client.on('error', () => undefined);
  undo.defer(() => void client.destroy());
  client.write('first');
  const [req] = (await arrived) as [IncomingMessage];
  const resources = undo.move();
  return { client, req, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

test('a whole body arrives, with its length', async () => {
  await using t = await openRequest({ 'content-length': 9 });
  const body = bodyOf(t.req);
  t.client.end('last');
  assert.equal(body.totalBytes, 9);
  assert.equal((await buffer(body.stream)).toString(), 'firstlast');
});

test('a client that goes away interrupts, also before anybody reads', async () => {
  for (const [headers, message] of [
    [{ 'content-length': 100 }, 'The upload was interrupted after 5 of 100 bytes'],
    [{ 'transfer-encoding': 'chunked' }, 'The upload was interrupted after 5 bytes'],
  ] as const) {
    await using t = await openRequest(headers);
    const { stream } = bodyOf(t.req);
    const reading = buffer(stream);
    await once(stream, 'readable');
    t.client.destroy();
    await assert.rejects(reading, { code: 'unavailable', message });
  }
  await using t = await openRequest({ 'content-length': 100 });
  const { stream } = bodyOf(t.req);
  const failed = once(stream, 'error');
  t.client.destroy();
  const [error] = (await failed) as [Error];
  assert.equal(error.message, 'The upload was interrupted after 0 of 100 bytes');
});

test('a client that sends nothing while it is read has stalled', async () => {
  await using t = await openRequest({ 'content-length': 100 });
  const { stream } = bodyOf(t.req, { idleMs: 30 });
  await assert.rejects(buffer(stream), {
    message: 'The upload stood still after 5 of 100 bytes',
    details: { reason: 'upload_stalled', doneBytes: 5, totalBytes: 100 },
  });
  assert.ok(t.req.destroyed);
});

test('a slow reader stalls nobody', async () => {
  await using t = await openRequest({ 'content-length': 9 });
  const { stream } = bodyOf(t.req, { idleMs: 200 });
  t.client.end('last');
  await delay(400);
  let text = '';
  for await (const chunk of stream) {
    text += String(chunk);
    await delay(300);
  }
  assert.equal(text, 'firstlast');
});

test('what nobody reads is read away, so that an answer gets through', async () => {
  await using t = await openRequest({ 'content-length': 5 + (4 << 20) });
  {
    await using _body = bodyOf(t.req);
    t.client.end(Buffer.alloc(4 << 20));
  }
  await once(t.req, 'close');
  assert.ok(t.req.complete);
});

test('what was left in the middle is read away too', async () => {
  await using t = await openRequest({ 'content-length': 5 + (4 << 20) });
  {
    await using body = bodyOf(t.req);
    t.client.end(Buffer.alloc(4 << 20));
    for await (const chunk of body.stream) {
      assert.equal(String(chunk), 'first');
      break;
    }
  }
  await once(t.req, 'close');
  assert.ok(t.req.complete);
});
