// What people type: the docker CLI and a running Davit, from version to prune.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type DavitProcess, startDavit, untilStarted } from '../davit-process.ts';
import { createDockerClient, type DockerClient } from './docker-client.ts';

const LONG = { timeout: 180_000 };

let davit: DavitProcess;
let docker: DockerClient;

before(async () => {
  davit = await startDavit();
  await untilStarted(davit);
  docker = await createDockerClient(davit);
  await untilServed();
  await docker.importBusybox();
}, LONG);

after(async () => {
  await docker?.[Symbol.asyncDispose]();
  await davit?.[Symbol.asyncDispose]();
});

/** The socket opens right after the engine has started. */
async function untilServed(): Promise<void> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; ) {
    if ((await docker.run(['version'])).code === 0) return;
  }
  throw new Error(`The socket for docker clients did not open: ${davit.output()}`);
}

test('version and info tell of both sides', LONG, async () => {
  assert.equal(await docker.ok('version', '--format', '{{.Server.APIVersion}} {{.Server.MinAPIVersion}}'), '1.51 1.24');
  assert.equal(
    await docker.ok('info', '--format', '{{.OSType}} {{.Driver}} {{.Swarm.LocalNodeState}}'),
    'linux overlay2 inactive',
  );
  const nothing = await docker.run(['inspect', 'nothing']);
  assert.equal(nothing.code, 1);
  assert.match(nothing.stderr, /no such object/i);
});

test('run shows both streams and hands the exit code on, with and without --rm', LONG, async () => {
  const both = await docker.run(['run', '--rm', 'busybox', 'sh', '-c', 'echo out; echo err >&2; exit 3']);
  assert.deepEqual(both, { code: 3, stdout: 'out\n', stderr: 'err\n' });
  assert.equal((await docker.run(['run', '--name', 'seven', 'busybox', 'sh', '-c', 'exit 7'])).code, 7);
  assert.equal(await docker.ok('inspect', '-f', '{{.State.Status}} {{.State.ExitCode}}', 'seven'), 'exited 7');
  await docker.ok('rm', 'seven');
  const wrong = async (...args: string[]) => (await docker.run(['run', '--rm', ...args])).code;
  assert.equal(await wrong('busybox', 'no-such-program'), 127);
  assert.equal(await wrong('busybox', '/etc'), 126);
  assert.equal(await wrong('--memory', '1m', 'busybox', 'true'), 125);
  assert.equal(await docker.ok('ps', '-aq', '--filter', 'status=exited'), '');
});

test('standard input reaches the process and its end is seen', LONG, async () => {
  const text = 'line\n'.repeat(50_000);
  const counted = await docker.run(['run', '--rm', '-i', 'busybox', 'wc', '-l'], text);
  assert.deepEqual([counted.code, counted.stdout.trim()], [0, '50000']);
});

test('a terminal is one: size, Ctrl+C, detaching and attaching again', LONG, async () => {
  const first = docker.terminal('run', '-it', '--name', 'term', 'busybox', 'sh');
  await first.until('#');
  first.type('while [ "$(stty size)" != "33 101" ]; do sleep 0.1; done; echo si"ze" is right\r');
  // The client hears of a new size only once it has told the first one.
  while (!first.shown().includes('size is right')) {
    first.resize(100, 33);
    await delay(100);
    first.resize(101, 33);
    await delay(500);
  }
  first.type('sleep 1000\r');
  await first.until('sleep 1000');
  first.type('\x03');
  first.type('echo aw"ake"\r');
  await first.until('awake');
  first.type('\x10\x11');
  assert.equal(await first.exited, 0);
  assert.equal(await docker.ok('inspect', '-f', '{{.State.Running}}', 'term'), 'true');
  const second = docker.terminal('attach', 'term');
  second.type('echo ba"ck"; exit 9\r');
  await second.until('back');
  assert.equal(await second.exited, 9);
  await docker.ok('rm', 'term');
});

test('a service: published port, logs that follow, exec, top, stats, pause, rename, stop, wait', LONG, async () => {
  const script = 'trap "echo bye; exit 0" TERM; httpd -p 80 -h /www; echo ready; while :; do sleep 0.1; done';
  const id = await docker.ok(
    'run',
    '-d',
    '--name',
    'web',
    '-p',
    '127.0.0.1::80',
    '-l',
    'a=b',
    'busybox',
    'sh',
    '-c',
    script,
  );
  assert.match(id, /^[0-9a-f]{64}$/);
  const following = docker.run(['logs', '-f', 'web']);
  const port = (await docker.ok('port', 'web', '80')).split(':').at(-1);
  assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), 'hello from a container\n');
  assert.equal(await docker.ok('ps', '-q', '--no-trunc', '--filter', 'label=a=b', '--filter', 'name=^/web$'), id);
  assert.equal(await docker.ok('exec', '-e', 'X=1', '-w', '/tmp', 'web', 'sh', '-c', 'echo $X $PWD'), '1 /tmp');
  assert.equal((await docker.run(['exec', 'web', 'sh', '-c', 'exit 5'])).code, 5);
  const missing = await docker.run(['exec', 'web', 'no-such-program']);
  assert.deepEqual([missing.code, /executable file not found/.test(missing.stdout + missing.stderr)], [127, true]);
  assert.equal((await docker.run(['exec', '-i', 'web', 'cat'], 'typed')).stdout, 'typed');
  assert.match(await docker.ok('top', 'web'), /^UID +PID +PPID[\s\S]*httpd/);
  assert.match(
    await docker.ok('stats', '--no-stream', '--format', '{{.Name}} {{.PIDs}} {{.CPUPerc}}', 'web'),
    /^web \d+ [\d.]+%$/,
  );
  await docker.ok('pause', 'web');
  assert.match(await docker.ok('ps', '--format', '{{.Status}}', '--filter', 'status=paused'), /\(Paused\)$/);
  const again = await docker.run(['pause', 'web']);
  assert.match(again.stderr, /is already paused/);
  await docker.ok('unpause', 'web');
  await docker.ok('update', '--pids-limit', '50', 'web');
  assert.equal(await docker.ok('inspect', '-f', '{{.HostConfig.PidsLimit}}', 'web'), '50');
  await docker.ok('rename', 'web', 'site');
  const busy = await docker.run(['rm', 'site']);
  assert.match(busy.stderr, /container is running: stop the container before removing or force remove/);
  const waiting = docker.run(['wait', 'site']);
  await docker.ok('stop', 'site');
  assert.deepEqual([(await waiting).stdout, (await waiting).code], ['0\n', 0]);
  // Following ends with the container.
  assert.deepEqual((await following).stdout, 'ready\nbye\n');
  assert.match(await docker.ok('logs', '-t', '--tail', '1', 'site'), /^\d{4}-\d\d-\d\dT[\d:.]+Z bye$/);
  await docker.ok('start', 'site');
  await docker.ok('kill', 'site');
  assert.equal(await docker.ok('inspect', '-f', '{{.State.ExitCode}}', 'site'), '137');
  await docker.ok('rm', 'site');
});

test('a health check is told as docker tells it', LONG, async () => {
  const check = ['--health-cmd', 'test -e /tmp/well', '--health-interval', '100ms', '--health-retries', '1'];
  await docker.ok('run', '-d', '--name', 'ill', ...check, 'busybox', 'sleep', '1000');
  const untilHealth = async (word: string) => {
    for (const deadline = Date.now() + 60_000; Date.now() < deadline; ) {
      if ((await docker.ok('inspect', '-f', '{{.State.Health.Status}}', 'ill')) === word) return;
    }
    throw new Error(`Never ${word}: ${await docker.ok('inspect', 'ill')}`);
  };
  await untilHealth('unhealthy');
  await docker.ok('exec', 'ill', 'touch', '/tmp/well');
  await untilHealth('healthy');
  assert.equal(await docker.ok('ps', '-q', '--filter', 'health=unhealthy'), '');
  assert.match(
    await docker.ok('ps', '--filter', 'health=healthy', '--format', '{{.Names}} {{.Status}}'),
    /^ill .*\(healthy\)$/,
  );
  await docker.ok('rm', '-f', 'ill');
});

test('prune removes what does not run, and only what its filter names', LONG, async () => {
  await docker.ok('create', '--name', 'kept', 'busybox');
  await docker.ok('create', '--name', 'old', '-l', 'old=1', 'busybox');
  assert.match(await docker.ok('container', 'prune', '-f', '--filter', 'label=old'), /Total reclaimed space/);
  assert.equal(await docker.ok('ps', '-a', '--format', '{{.Names}}'), 'kept');
  await docker.ok('container', 'prune', '-f');
  assert.equal(await docker.ok('ps', '-aq'), '');
});

test('containers go on while the server is gone, and the CLI finds them again', LONG, async () => {
  await docker.ok('run', '-d', '--name', 'stays', 'busybox', 'sh', '-c', 'while :; do date; sleep 0.1; done');
  const pid = await docker.ok('inspect', '-f', '{{.State.Pid}}', 'stays');
  await davit.kill();
  assert.equal((await docker.run(['ps'])).code, 1);
  await davit.start();
  await untilStarted(davit);
  await untilServed();
  assert.equal(await docker.ok('inspect', '-f', '{{.State.Pid}}', 'stays'), pid);
  assert.equal(await docker.ok('exec', 'stays', 'echo', 'here'), 'here');
  await docker.ok('rm', '-f', 'stays');
});
