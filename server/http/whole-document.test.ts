import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { sendWhole } from './whole-document.ts';

async function serve(type: string) {
  const asked = Promise.withResolvers<ServerResponse>();
  const server = createServer((_req, res) => {
    sendWhole(res);
    res.setHeader('content-type', type);
    asked.resolve(res);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const request = get({ port: (server.address() as AddressInfo).port });
  const answered = once(request, 'response').then(([res]) => res as IncomingMessage);
  // Each test says itself what it expects of it.
  answered.catch(() => undefined);
  return {
    answered,
    res: await asked.promise,
    async [Symbol.asyncDispose]() {
      request.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test('a document arrives in one piece, with the bytes of all parts', async () => {
  await using page = await serve('text/html; charset=utf-8');
  const written = Promise.withResolvers<void>();
  assert.equal(
    page.res.write('<p>', () => written.resolve()),
    true,
  );
  await written.promise;
  page.res.write(Buffer.from('船'));
  page.res.end('c3a9', 'hex');
  const answer = await page.answered;
  assert.equal(await text(answer), '<p>船é');
});

test('of a document that is cut nothing arrives', async () => {
  await using page = await serve('text/html');
  page.res.write('<p>half');
  page.res.destroy();
  await assert.rejects(page.answered, /hang up|ECONNRESET/);
});

test('what is no document goes out as it comes', async () => {
  await using page = await serve('text/x-component');
  page.res.write('first');
  const answer = await page.answered;
  const [first] = await once(answer.setEncoding('utf8'), 'data');
  assert.equal(first, 'first');
  page.res.end('last');
  assert.equal(await text(answer), 'last');
});
