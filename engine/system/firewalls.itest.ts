import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { containerConfig } from '../testing/container-config.ts';
import { importBusybox } from '../testing/import-busybox.ts';
import { HOST, isOwnHost, makeOutside, REFUSED } from '../testing/own-host.ts';
import { shellIn } from '../testing/shell-in.ts';
import { createTestEngine, dropTestEngine, newTestPlace } from '../testing/test-engine.ts';
import { waitUntil } from '../testing/wait-until.ts';

const PORT = 8081;
const RULESETS = join(import.meta.dirname, '../testing/rulesets');
const ruleset = (name: string) => readFileSync(join(RULESETS, name), 'utf8');

test('ports, the world and names are reached behind ufw and firewalld', { timeout: 180_000 }, async (t) => {
  if (!isOwnHost(t, import.meta.filename)) return;
  await using stack = new AsyncDisposableStack();
  const outside = stack.use(await makeOutside());
  const place = await newTestPlace();
  const engine = await createTestEngine(place);
  stack.defer(() => dropTestEngine(engine, place));
  await engine.start();
  await importBusybox(engine);
  await engine.networks.create({ name: 'front', options: { 'com.docker.network.bridge.name': 'shop0' } });
  const port = { protocol: 'tcp', containerPort: 80, hostAddress: '', hostPort: PORT } as const;
  const command = ['sh', '-c', 'echo davit > /www/name; exec httpd -f -h /www'];
  const config = containerConfig({ image: 'busybox:test', network: 'front', command, ports: [port] });
  await engine.containers.create(config, { name: 'web' });
  await engine.containers.start('web');

  const inside = (script: string) => shellIn(engine, 'web', script);
  const fromOutside = () => outside.read(`http://${HOST}:${PORT}/name`).trim();
  const fetch = `busybox timeout 2 wget -O - http://${outside.address}/name || echo ${REFUSED}`;
  async function allIsReached(when: string): Promise<void> {
    await waitUntil(`${when}: the port is reached`, () => fromOutside() === 'davit');
    await waitUntil(`${when}: the world is reached`, async () => (await inside(fetch)).trim() === 'outside');
    const { networks } = await engine.containers.inspect('web');
    const named = async () => (await inside('nslookup web')).includes(`Address: ${networks[0]?.address}`);
    await waitUntil(`${when}: names are found`, named);
    assert.deepEqual(await engine.verify(), [], when);
    assert.deepEqual(await engine.networks.ensure(), [], when);
  }
  await allIsReached('before');

  execFileSync('iptables-restore', { input: ruleset('ufw.rules') });
  assert.match(
    (await engine.verify()).join('\n'),
    /chain ip filter FORWARD drops[^\n]*\n.*chain ip filter INPUT drops/,
  );
  assert.equal(fromOutside(), REFUSED);
  assert.deepEqual(await engine.networks.ensure(), [
    'let containers through the firewall chain ip filter FORWARD',
    'let containers through the firewall chain ip filter INPUT',
  ]);
  await allIsReached('behind ufw');
  // Our rules are in words that the program understands; what its owner refuses stays refused.
  const rules = execFileSync('iptables', ['-S'], { encoding: 'utf8' });
  assert.match(rules, /-A INPUT -i shop0 -p udp .*--dport 53 .*-j ACCEPT/);
  execFileSync('iptables', ['-A', 'ufw-user-forward', '-s', outside.address, '-j', 'DROP']);
  assert.equal(fromOutside(), REFUSED);
  execFileSync('iptables-restore', { input: '*filter\nCOMMIT\n' });
  execFileSync('iptables-restore', { input: execFileSync('iptables-save') });
  assert.equal(fromOutside(), 'davit');

  execFileSync('nft', ['-f', '-'], { input: ruleset('firewalld.nft') });
  assert.deepEqual(await engine.networks.ensure(), []);
  assert.equal(fromOutside(), 'davit');
  const [told, ...others] = await engine.verify();
  assert.deepEqual(others, []);
  const fix = `firewall-cmd --permanent --zone=trusted --add-interface=${place.instance}+ --add-interface=shop0`;
  assert.match(told ?? '', /^chain inet firewalld filter_FORWARD drops traffic of containers; /);
  assert.ok(told?.includes(`${fix} && firewall-cmd --reload`), told);
  // What firewalld makes of that command, with the two links in place of the one it was recorded with.
  execFileSync('nft', ['delete', 'table', 'inet', 'firewalld']);
  const trusted = ruleset('firewalld-trusted.nft').replace(/^.*"davit\*".*$/gm, (line) =>
    [`${place.instance}*`, 'shop0'].map((link) => line.replace('davit*', link)).join('\n'),
  );
  execFileSync('nft', ['-f', '-'], { input: trusted });
  await allIsReached('behind firewalld');
});
