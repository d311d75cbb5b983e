import assert from 'node:assert/strict';
import { execFileSync, type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createKernel, type Kernel } from '../kernel/index.ts';
import { waitUntil } from '../testing/wait-until.ts';
import { Firewall } from './firewall.ts';
import type { FirewallState } from './firewall-table.ts';

/** A host of its own: forwarding and addresses of the real one stay as they are. */
const INSIDE = 'FIREWALL_IPV6_INSIDE';
const DROPPED_MS = 700;
const nat = (subnet: string) => ({ subnet, mode: 'nat' }) as const;
const OPEN = { internal: false, masquerade: true, icc: true };
const STATE: FirewallState = {
  networks: [
    { bridge: 'x0', subnets: [nat('10.1.0.0/24'), nat('fd00:a::/64')], ...OPEN },
    { bridge: 'x1', subnets: [nat('10.2.0.0/24'), nat('fd00:b::/64')], ...OPEN },
    { bridge: 'x2', subnets: [nat('10.3.0.0/24'), nat('fd00:c::/64')], ...OPEN, internal: true },
  ],
  ports: [
    { protocol: 'tcp', hostAddress: '::', hostPort: 8080, address: 'fd00:a::2', containerPort: 80 },
    { protocol: 'tcp', hostAddress: '2001:db8::1', hostPort: 9090, address: 'fd00:a::2', containerPort: 80 },
  ],
};

test('published ports, masquerading and isolation on IPv6', { timeout: 120_000 }, async (t) => {
  if (process.env[INSIDE] === undefined) {
    const args = ['--net', '--mount', process.execPath, '--test', import.meta.filename];
    const env = { ...process.env, [INSIDE]: '1', NODE_TEST_CONTEXT: undefined };
    const { status, stdout } = spawnSync('unshare', args, { env, encoding: 'utf8' });
    assert.equal(status, 0, stdout);
    t.diagnostic('ran in a network namespace of its own');
    return;
  }
  await using stack = new AsyncDisposableStack();
  const root = mkdtempSync(join(tmpdir(), 'firewall6-'));
  stack.defer(() => rmSync(root, { recursive: true, force: true }));
  const kernel = stack.use(await createKernel());
  const netnsOf = (name: string) => join(root, name);
  stack.defer(async () => {
    for (const name of ['own', 'other', 'inner', 'outside']) await kernel.dropNetns(netnsOf(name));
  });
  execFileSync('ip', ['link', 'set', 'lo', 'up']);
  await kernel.writeSysctl('net/ipv4/ip_forward', '1');
  await kernel.writeSysctl('net/ipv6/conf/all/forwarding', '1');
  await plug(kernel, { netns: netnsOf('own'), bridge: 'x0', subnet4: '10.1.0', subnet6: 'fd00:a:' });
  await plug(kernel, { netns: netnsOf('other'), bridge: 'x1', subnet4: '10.2.0', subnet6: 'fd00:b:' });
  await plug(kernel, { netns: netnsOf('inner'), bridge: 'x2', subnet4: '10.3.0', subnet6: 'fd00:c:' });
  // Of no network: a link to the world.
  await plug(kernel, { netns: netnsOf('outside'), bridge: 'up0', subnet4: '192.0.2', subnet6: '2001:db8:' });
  await new Firewall(kernel, 'x').sync(STATE);
  stack.use(await serve(netnsOf('own')));
  stack.use(await serve(netnsOf('outside')));

  const ask = (from: string | undefined, url: string) => askFrom(from === undefined ? undefined : netnsOf(from), url);
  // New addresses answer after a moment.
  await waitUntil(
    'the container answers',
    async () => (await ask('outside', '[2001:db8::1]:8080')) !== DROPPED,
    20_000,
  );

  assert.equal(await ask('outside', '[2001:db8::1]:8080'), '2001:db8::2', 'outsiders keep their address');
  assert.equal(await ask('outside', '[2001:db8::1]:9090'), '2001:db8::2');
  assert.equal(await ask(undefined, '[2001:db8::1]:8080'), '2001:db8::1', 'the host reaches its own port');
  assert.equal(await ask('other', '[fd00:b::1]:8080'), 'fd00:a::1', 'so does a container of another network');
  assert.equal(await ask('own', '[fd00:a::1]:8080'), 'fd00:a::1', 'and the container itself');
  assert.match(await ask('other', '[fd00:b::1]:9090'), /ECONNREFUSED/, 'a port of one address is not on another');
  assert.match(await ask(undefined, '[::1]:8080'), /ECONNREFUSED/, 'clients go on to 127.0.0.1 at once');

  assert.equal(await ask('other', '[fd00:a::2]:80'), DROPPED, 'what is not published is not reached');
  assert.equal(await ask('outside', '[fd00:a::2]:80'), DROPPED);
  assert.equal(await ask('own', '[2001:db8::2]:80'), '2001:db8::1', 'containers speak by the address of the host');
  assert.equal(await ask('inner', '[2001:db8::2]:80'), DROPPED, 'but not out of an internal network');
  assert.equal(await ask(undefined, '[fd00:a::2]:80'), 'fd00:a::1', 'the host reaches every container');

  await t.test('UDP flows can be forgotten', async () => {
    const host = createSocket('udp6').bind(5353, '2001:db8::1');
    await once(host, 'listening');
    const send = `const s = require('node:dgram').createSocket('udp6');
      s.send('?', 5353, '2001:db8::1', () => s.close());`;
    const arrived = once(host, 'message');
    run(netnsOf('outside'), send, { stdio: 'inherit' });
    await arrived;
    host.close();
    const filter = { ports: [5353], answeredBy: ['2001:db8:0::1'] };
    assert.equal(await kernel.forgetUdpFlows({ ...filter, answeredBy: ['2001:db8::9'] }), 0);
    assert.equal(await kernel.forgetUdpFlows(filter), 1);
    assert.equal(await kernel.forgetUdpFlows(filter), 0);
  });
});

/** A namespace behind a bridge: the host is ….1, it is ….2. */
async function plug(
  kernel: Kernel,
  { netns, bridge, subnet4, subnet6 }: { netns: string; bridge: string; subnet4: string; subnet6: string },
): Promise<void> {
  const [gateway4, gateway6] = [`${subnet4}.1`, `${subnet6}:1`];
  await kernel.ensureBridge({
    name: bridge,
    ipv4: { address: gateway4, prefix: 24 },
    ipv6: { address: gateway6, prefix: 64 },
    linkLocal: true,
  });
  await kernel.createNetns(netns);
  await kernel.connectVeth({
    netns,
    bridge,
    hostIf: `${bridge}-v`,
    name: 'eth0',
    mac: `02:00:00:00:00:${bridge.charCodeAt(0).toString(16)}`,
    ipv4: { address: `${subnet4}.2`, prefix: 24, gateway: gateway4 },
    ipv6: { address: `${subnet6}:2`, prefix: 64, gateway: gateway6 },
  });
}

const DROPPED = 'dropped';

/** An HTTP server on port 80 that answers with the address of who asks. */
async function serve(netns: string): Promise<AsyncDisposable> {
  const program = `require('node:http').createServer((request, response) => response.end(request.socket.remoteAddress))
    .listen(80, '::', () => process.stdout.write('up'));`;
  const child = run(netns, program, { stdio: ['ignore', 'pipe', 'inherit'] });
  assert.ok(child.stdout);
  await once(child.stdout, 'data');
  return {
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** What the server said, `dropped`, or the code of the error. */
async function askFrom(netns: string | undefined, url: string): Promise<string> {
  const program = `fetch('http://${url}/', { signal: AbortSignal.timeout(${DROPPED_MS}) })
    .then((response) => response.text())
    .catch((error) => (error.name === 'TimeoutError' ? '${DROPPED}' : String(error.cause?.code)))
    .then((text) => { process.stdout.write(text); process.exit(); });`;
  const child = run(netns, program, { stdio: ['ignore', 'pipe', 'inherit'] });
  assert.ok(child.stdout);
  const [said] = await Promise.all([child.stdout.toArray(), once(child, 'exit')]);
  return Buffer.concat(said).toString();
}

function run(netns: string | undefined, program: string, options: SpawnOptions) {
  const args = [process.execPath, '-e', program];
  const [command = '', ...rest] = netns === undefined ? args : ['nsenter', `--net=${netns}`, ...args];
  return spawn(command, rest, options);
}
