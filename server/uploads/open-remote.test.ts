import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { isEngineError } from '#engine/errors/index.ts';
import { isPrivateAddress, openRemote } from './open-remote.ts';

test('addresses of this host and its networks are told from the rest', () => {
  for (const inside of [
    '127.0.0.1',
    '10.1.2.3',
    '169.254.169.254',
    '192.168.0.1',
    '172.31.0.1',
    '::1',
    'fe80::1',
    'fd00::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '0.0.0.0',
  ])
    assert.equal(isPrivateAddress(inside), true, inside);
  for (const outside of ['1.1.1.1', '172.32.0.1', '2606:4700::1111'])
    assert.equal(isPrivateAddress(outside), false, outside);
});

test('a private address is refused before anything is sent, by name, number and redirect', async () => {
  let asked = 0;
  await using server = createServer((_req, res) => {
    asked += 1;
    res.end('secret');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  for (const host of ['127.0.0.1', 'localhost', '2130706433', '[::ffff:127.0.0.1]']) {
    await assert.rejects(
      openRemote(`http://${host}:${port}/`, { allowPrivate: false }),
      (error) => isEngineError(error, 'denied'),
      host,
    );
  }
  assert.equal(asked, 0);
});

test('whoever may reach the host gets the bytes, and other schemes are refused even by redirect', async () => {
  await using server = createServer((req, res) => {
    if (req.url === '/file') res.writeHead(302, { location: 'file:///etc/passwd' }).end();
    else if (req.url === '/moved') res.writeHead(302, { location: '/archive' }).end();
    else if (req.url === '/archive') res.end('bytes');
    else res.writeHead(404).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await using remote = await openRemote(`${base}/moved`, { allowPrivate: true });
  assert.equal(await text(remote.stream), 'bytes');
  await assert.rejects(openRemote(`${base}/file`, { allowPrivate: true }), (error) =>
    isEngineError(error, 'invalid_argument'),
  );
  await assert.rejects(openRemote(`${base}/none`, { allowPrivate: true }), (error) =>
    isEngineError(error, 'unavailable'),
  );
});
