import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { containerConfig } from '../testing/container-config.ts';
import { dockerBeside, lacksDocker } from '../testing/docker-beside.ts';
import { importBusybox } from '../testing/import-busybox.ts';
import { HOST, isOwnHost, makeOutside, REFUSED } from '../testing/own-host.ts';
import { shellIn } from '../testing/shell-in.ts';
import { createTestEngine, dropTestEngine, newTestPlace } from '../testing/test-engine.ts';
import { waitUntil } from '../testing/wait-until.ts';

const [DOCKERS_PORT, OUR_PORT] = [8080, 8081];

const missing = lacksDocker();

test('Docker and Davit publish ports on one host, whoever restarts or wipes the firewall', {
  timeout: 240_000,
  skip: missing ?? false,
}, async (t) => {
  if (!isOwnHost(t, import.meta.filename)) return;
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

  const inOurs = (script: string) => shellIn(engine, 'ours', script);
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
