import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { createStaticFiles } from './static-files.ts';

const SCRIPT = 'console.log("a script of the dashboard")';

const root = mkdtempSync(join(tmpdir(), 'static-'));
after(() => rmSync(root, { recursive: true, force: true }));
const chunks = join(root, '.next/static/chunks');
mkdirSync(chunks, { recursive: true });
writeFileSync(join(root, '.next/secret.js.br'), brotliCompressSync(SCRIPT));
writeFileSync(join(chunks, 'a.js'), SCRIPT);
writeFileSync(join(chunks, 'a.js.br'), brotliCompressSync(SCRIPT));
writeFileSync(join(chunks, 'a.js.gz'), gzipSync(SCRIPT));
writeFileSync(join(chunks, 'plain.js'), SCRIPT);

const serve = createStaticFiles(root);
const server = createServer((req, res) => {
  void serve(req, res).then((answered) => answered || res.writeHead(404).end());
}).listen(0, '127.0.0.1');
await once(server, 'listening');
after(() => server.close());

async function ask(path: string, encodings: string) {
  const { port } = server.address() as AddressInfo;
  const asked = request({ port, path, headers: { 'accept-encoding': encodings } }).end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  const body = Buffer.concat(await answer.toArray());
  return { status: answer.statusCode ?? 0, encoding: answer.headers['content-encoding'], body };
}

test('a script comes as small as the browser can read it', async () => {
  const br = await ask('/_next/static/chunks/a.js', 'gzip, deflate, br');
  assert.equal(br.encoding, 'br');
  assert.equal(brotliDecompressSync(br.body).toString(), SCRIPT);
  const gzip = await ask('/_next/static/chunks/a.js?v=1', 'gzip;q=1.0, br;q=0');
  assert.equal(gzip.encoding, 'gzip');
  assert.equal(gunzipSync(gzip.body).toString(), SCRIPT);
});

test('the framework answers for what has no such form, and nothing outside the folder is found', async () => {
  for (const [path, encodings] of [
    ['/_next/static/chunks/plain.js', 'br'],
    ['/_next/static/chunks/a.js', 'identity'],
    ['/_next/static/../secret.js', 'br'],
    ['/_next/static/%2e%2e/secret.js', 'br'],
    ['/other/chunks/a.js', 'br'],
  ] as const)
    assert.equal((await ask(path, encodings)).status, 404, path);
});
