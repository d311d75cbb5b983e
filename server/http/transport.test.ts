import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { request as plainRequest } from 'node:http';
import { request } from 'node:https';
import { type AddressInfo, BlockList } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { systemClock } from '#engine/lib/index.ts';
import { ensureOwnCertificate } from '../tls/index.ts';
import { createContextFactory, createListener, createPeerCheck } from './index.ts';
import { openTestServer } from './test-server.ts';

interface Reply {
  status: number | undefined;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

interface Ask {
  port: number;
  host?: string;
  path?: string;
  ca?: Buffer;
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

function ask({ ca, body, ...opts }: Ask): Promise<Reply> {
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  const all = { host: '127.0.0.1', path: '/', agent: false, ...opts };
  const answer = (res: import('node:http').IncomingMessage) =>
    void text(res).then((got) => resolve({ status: res.statusCode, headers: res.headers, body: got }), reject);
  const req = ca === undefined ? plainRequest(all, answer) : request({ ...all, ca }, answer);
  req.on('error', reject);
  req.end(body);
  return promise;
}

async function serve(t: TestContext, listener: ReturnType<typeof createListener>, host = '127.0.0.1'): Promise<number> {
  await new Promise<void>((done) => listener.listen(0, host, done));
  t.after(() => {
    listener.closeAllConnections();
    listener.close();
  });
  return (listener.address() as AddressInfo).port;
}

test('with TLS the cookie is bound to the host, plain HTTP is told where to go, and the authority can be had', async (t) => {
  await using server = await openTestServer();
  const { services } = server;
  const parent = await mkdtemp(join(tmpdir(), 'davit-tls-'));
  t.after(() => rm(parent, { recursive: true, force: true }));
  const names = ['localhost', '127.0.0.1'];
  const own = await ensureOwnCertificate({ folder: join(parent, 'tls'), names, clock: systemClock });
  const listener = createListener({
    services,
    createContext: createContextFactory({ services, https: true }),
    hosts: new Set(),
    https: true,
    tls: own,
    authority: own.authority,
    dev: false,
    notReady: async () => [],
  });
  const port = await serve(t, listener);
  const ca = own.authority;
  const authority = await ask({ port, ca, path: '/ca.pem' });
  assert.equal(authority.body, own.authority.toString());
  assert.match(String(authority.headers['strict-transport-security']), /max-age/);
  await assert.rejects(ask({ port, ca: Buffer.from('') }), /unable to verify|self-signed/);

  const { code } = await services.auth.issueSetupCode();
  const origin = `https://127.0.0.1:${port}`;
  const headers = { 'content-type': 'application/json', origin };
  const body = JSON.stringify({ json: { code, name: 'ann', password: 'a long enough passphrase' } });
  const entered = await ask({ port, ca, method: 'POST', path: '/api/trpc/session.setup', headers, body });
  assert.equal(entered.status, 200);
  const cookie = String(entered.headers['set-cookie']);
  assert.match(cookie, /^__Host-davit=[\w-]{43};.*Path=\/; HttpOnly; SameSite=Lax; Secure/);
  assert.doesNotMatch(cookie, /Domain=/);

  const plain = await ask({ port, path: '/healthz' });
  assert.equal(plain.status, 426);
  assert.match(plain.body, /https:\/\/ instead of http:\/\//);
  assert.equal(plain.headers['set-cookie'], undefined);
  for (let i = 0; i < 5; i += 1) assert.equal((await ask({ port, ca, path: '/healthz' })).status, 200);
});

test('behind a proxy, a client that comes past it is told so, and nothing else happens', async (t) => {
  const outside = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
  if (outside === undefined) return t.skip('this host has no address but loopback');
  await using server = await openTestServer();
  const { services } = server;
  const listen = async (proxies: BlockList) =>
    serve(
      t,
      createListener({
        services,
        createContext: createContextFactory({ services, https: true }),
        hosts: new Set(),
        https: true,
        acceptsPeer: createPeerCheck(proxies),
        dev: false,
        notReady: async () => [],
      }),
      '0.0.0.0',
    );
  const none = new BlockList();
  const refused = await ask({ port: await listen(none), host: outside, path: '/healthz' });
  assert.equal(refused.status, 403);
  assert.match(refused.body, /through a proxy only/);
  const proxies = new BlockList();
  proxies.addAddress(outside);
  assert.equal((await ask({ port: await listen(proxies), host: outside, path: '/healthz' })).status, 200);
  assert.deepEqual(server.calls, []);
});
