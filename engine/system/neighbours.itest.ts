import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createKernel } from '../kernel/index.ts';
import { containerConfig } from '../testing/container-config.ts';
import { dockerBeside, lacksDocker } from '../testing/docker-beside.ts';
import { importBusybox } from '../testing/import-busybox.ts';
import { createTestEngine, dropTestEngine, newTestPlace } from '../testing/test-engine.ts';
import { waitUntil } from '../testing/wait-until.ts';
import type { Engine } from './engine.ts';

/** A host of its own: Docker and the other firewalls change what they find. */
const INSIDE = 'NEIGHBOURS_INSIDE';
const HOST = '192.0.2.1';
const [DOCKERS_PORT, OUR_PORT] = [8080, 8081];
const REFUSED = 'none';

const missing = lacksDocker();

test('Docker and Davit publish ports on one host, whoever restarts or wipes the firewall', {
  timeout: 240_000,
  skip: missing ?? false,
}, async (t) => {
  if (process.env[INSIDE] === undefined) {
    const args = ['--net', '--mount', process.execPath, '--test', import.meta.filename];
    const env = { ...process.env, [INSIDE]: '1', NODE_TEST_CONTEXT: undefined };
    const { status, stdout } = spawnSync('unshare', args, { env, encoding: 'utf8' });
    assert.equal(status, 0, stdout);
    t.diagnostic('ran in a network namespace of its own');
    return;
  }
  await using stack = new AsyncDisposableStack();
  const outside = stack.use(await makeOutside());
  // Docker closes the firewall to forwarding when it is the one that switches it on.
  await writeFile('/proc/sys/net/ipv4/ip_forward', '0');
  const docker = stack.use(await dockerBeside());
  const serving = (name: string) => [
    'sh',
    '-c',
    `echo ${name} > /www/name; httpd -h /www -p 81; exec httpd -f -h /www`,
  ];
  const theirs = ['-d', '--restart', 'always', '--name', 'theirs', '-p', `${DOCKERS_PORT}:80`];
  await docker.docker('run', ...theirs, 'busybox:test', ...serving('docker'));

  const place = await newTestPlace();
  let engine = await createTestEngine(place);
  stack.defer(() => dropTestEngine(engine, place));
  await engine.start();
  await importBusybox(engine);
  const port = { protocol: 'tcp', containerPort: 80, hostAddress: '', hostPort: OUR_PORT } as const;
  const config = containerConfig({ image: 'busybox:test', command: serving('davit'), ports: [port] });
  await engine.containers.create(config, { name: 'ours' });
  await engine.containers.start('ours');

  const inOurs = (script: string) => execIn(engine, 'ours', script);
  const inTheirs = (script: string) => docker.docker('exec', 'theirs', 'sh', '-c', script).catch(() => '');
  async function bothAreReached(when: string, opts = { closed: true }): Promise<void> {
    const fetch = (at: string) => `busybox timeout 2 wget -O - http://${at}/name 2>/dev/null || echo ${REFUSED}`;
    const ports = [
      [DOCKERS_PORT, 'docker'],
      [OUR_PORT, 'davit'],
    ] as const;
    for (const [port, answer] of ports) {
      const expected = async (ask: (script: string) => Promise<string>) =>
        (await ask(fetch(`${HOST}:${port}`))).trim() === answer;
      const url = `http://${HOST}:${port}/name`;
      await waitUntil(`${when}: port ${port} is reached from outside`, () => outside.read(url).trim() === answer);
      await waitUntil(`${when}: port ${port} is reached by our container`, () => expected(inOurs));
      await waitUntil(`${when}: port ${port} is reached by Docker's container`, () => expected(inTheirs));
    }
    const away = async (ask: (script: string) => Promise<string>) =>
      (await ask(fetch(`${outside.address}:80`))).trim() === 'outside';
    await waitUntil(`${when}: our container reaches the world`, () => away(inOurs));
    await waitUntil(`${when}: Docker's container reaches the world`, () => away(inTheirs));
    const { networks } = await engine.containers.inspect('ours');
    const dockers = (await docker.docker('inspect', '-f', '{{.NetworkSettings.IPAddress}}', 'theirs')).trim();
    assert.equal((await inTheirs(fetch('127.0.0.1:81'))).trim(), 'docker');
    // Docker leaves what is not published to the policy.
    if (opts.closed) assert.equal((await inOurs(fetch(`${dockers}:81`))).trim(), REFUSED, `${when}: theirs are theirs`);
    assert.equal((await inTheirs(fetch(`${networks[0]?.address}:81`))).trim(), REFUSED, `${when}: ours are ours`);
    assert.deepEqual(await engine.verify(), [], when);
  }

  await bothAreReached('at first');
  assert.match(execFileSync('iptables', ['-S', 'FORWARD'], { encoding: 'utf8' }), /--comment "davit .*-j ACCEPT/);

  await docker.stop();
  await docker.start();
  await bothAreReached('after a restart of Docker');

  await engine[Symbol.asyncDispose]();
  engine = await createTestEngine(place);
  await engine.start();
  await bothAreReached('after a restart of Davit');

  const before = execFileSync('iptables-save').toString();
  execFileSync('nft', ['flush', 'ruleset']);
  await docker.stop();
  await docker.start();
  assert.deepEqual(await engine.networks.ensure(), ['wrote the firewall table']);
  await bothAreReached('after the firewall was wiped', { closed: false });

  const without = before.split('\n').filter((line) => !line.includes('davit'));
  execFileSync('iptables-restore', { input: without.join('\n') });
  assert.match((await engine.verify()).join('\n'), /chain ip filter FORWARD drops traffic of containers/);
  assert.deepEqual(await engine.networks.ensure(), ['let containers through the firewall chain ip filter FORWARD']);
  await bothAreReached('after rules were loaded from a file');

  // What the owner of the host refuses stays refused.
  execFileSync('iptables', ['-I', 'DOCKER-USER', '-s', outside.address, '-j', 'DROP']);
  await engine.networks.ensure();
  assert.equal(outside.read(`http://${HOST}:${OUR_PORT}/name`), REFUSED);
});

/** What a shell inside a container printed. */
async function execIn(engine: Engine, ref: string, script: string): Promise<string> {
  const request = { args: ['sh', '-c', `{ ${script}; } 2>/dev/null`], tty: false, openStdin: false };
  await using stream = await engine.containers.startExec((await engine.containers.createExec(ref, request)).id);
  let output = '';
  for await (const { data } of stream.output) output += data.toString();
  return output;
}

/** A machine beside this host, by which the host reaches the world, with a page of its own. */
async function makeOutside() {
  await using undo = new AsyncDisposableStack();
  const address = '192.0.2.2';
  const root = undo.adopt(await mkdtemp(join(tmpdir(), 'outside-')), (path) => rm(path, { recursive: true }));
  const kernel = undo.use(await createKernel());
  const netns = join(root, 'netns');
  await kernel.createNetns(netns);
  undo.defer(() => kernel.dropNetns(netns).then(() => undefined));
  const ip = (...args: string[]) => execFileSync('ip', args);
  ip('link', 'set', 'lo', 'up');
  ip('link', 'add', 'up0', 'type', 'veth', 'peer', 'name', 'far0');
  ip('link', 'set', 'far0', 'netns', netns);
  ip('addr', 'add', `${HOST}/24`, 'dev', 'up0');
  ip('link', 'set', 'up0', 'up');
  ip('route', 'add', 'default', 'via', address);
  const enter = [`--net=${netns}`];
  const far = (...args: string[]) => execFileSync('nsenter', [...enter, 'ip', ...args]);
  far('addr', 'add', `${address}/24`, 'dev', 'far0');
  far('link', 'set', 'far0', 'up');
  far('link', 'set', 'lo', 'up');
  await writeFile(join(root, 'name'), 'outside\n');
  const server = spawn('nsenter', [...enter, 'busybox', 'httpd', '-f', '-h', root], { stdio: 'ignore' });
  undo.defer(async () => {
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  });
  const kept = undo.move();
  return {
    address,
    /** What a page says; the word for none when it is refused. */
    read(url: string): string {
      const program = `fetch(${JSON.stringify(url)}, { signal: AbortSignal.timeout(2000) }).then((response) => response.text())
        .then((text) => process.stdout.write(text), () => process.stdout.write('${REFUSED}'));`;
      return execFileSync('nsenter', [...enter, process.execPath, '-e', program], { encoding: 'utf8' });
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
