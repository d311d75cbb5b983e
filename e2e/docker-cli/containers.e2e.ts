// What people type: the docker CLI and a running Davit, from version to prune.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { untilStarted } from '../davit-process.ts';
import { startDockerCli, withoutDocker } from './client.ts';

const LONG = { timeout: 180_000, skip: withoutDocker };

type Cli = Awaited<ReturnType<typeof startDockerCli>>;
let cli: Cli;
let docker: Cli['docker'];

before(
  async () => {
    if (withoutDocker !== undefined) return;
    cli = await startDockerCli();
    docker = cli.docker;
  },
  { timeout: 180_000 },
);

after(() => cli?.[Symbol.asyncDispose]());

test('version and info tell of both sides', LONG, async () => {
  assert.equal(await docker('version', '--format', '{{.Server.APIVersion}} {{.Server.MinAPIVersion}}'), '1.51 1.24');
  assert.equal(
    await docker('info', '--format', '{{.OSType}} {{.Driver}} {{.Swarm.LocalNodeState}}'),
    'linux overlay2 inactive',
  );
  const nothing = await cli.run(['inspect', 'nothing']);
  assert.equal(nothing.code, 1);
  assert.match(nothing.err, /no such object/i);
});

test('run shows both streams and hands the exit code on, with and without --rm', LONG, async () => {
  const both = await cli.run(['run', '--rm', 'base:1', 'sh', '-c', 'echo out; echo err >&2; exit 3']);
  assert.deepEqual(both, { code: 3, out: 'out', err: 'err' });
  assert.equal((await cli.run(['run', '--name', 'seven', 'base:1', 'sh', '-c', 'exit 7'])).code, 7);
  assert.equal(await docker('inspect', '-f', '{{.State.Status}} {{.State.ExitCode}}', 'seven'), 'exited 7');
  await docker('rm', 'seven');
  const wrong = async (...args: string[]) => (await cli.run(['run', '--rm', ...args])).code;
  assert.equal(await wrong('base:1', 'no-such-program'), 127);
  assert.equal(await wrong('base:1', '/etc'), 126);
  assert.equal(await wrong('--memory', '1m', 'base:1', 'true'), 125);
  assert.equal(await docker('ps', '-aq', '--filter', 'status=exited'), '');
});

test('standard input reaches the process and its end is seen', LONG, async () => {
  const text = 'line\n'.repeat(50_000);
  const counted = await cli.run(['run', '--rm', '-i', 'base:1', 'wc', '-l'], text);
  assert.deepEqual([counted.code, counted.out.trim()], [0, '50000']);
});

test('a terminal is one: size, Ctrl+C, detaching and attaching again', LONG, async () => {
  const first = cli.terminal('run', '-it', '--name', 'term', 'base:1', 'sh');
  await first.until('#');
  first.type('while [ "$(stty size)" != "33 101" ]; do sleep 0.1; done; echo si"ze" is right\r');
  // The client hears of a new size only once it has told the first one.
  while (!first.shown().includes('size is right')) {
    first.resize(100, 33);
    await delay(100);
    first.resize(101, 33);
    await delay(500);
  }
  first.type('echo slee"ping"; sleep 1000\r');
  await first.until('sleeping');
  // Between its words and its program a shell takes Ctrl+C for itself.
  while (!(await docker('top', 'term')).includes('sleep 1000')) await delay(50);
  first.type('\x03');
  first.type('echo aw"ake"\r');
  await first.until('awake');
  first.type('\x10\x11');
  assert.equal(await first.exited, 0);
  assert.equal(await docker('inspect', '-f', '{{.State.Running}}', 'term'), 'true');
  const second = cli.terminal('attach', 'term');
  second.type('echo ba"ck"; exit 9\r');
  await second.until('back');
  assert.equal(await second.exited, 9);
  await docker('rm', 'term');
});

test('a service: published port, logs that follow, exec, top, stats, pause, rename, stop, wait', LONG, async () => {
  const script = 'trap "echo bye; exit 0" TERM; httpd -p 80 -h /www; echo ready; while :; do sleep 0.1; done';
  const id = await docker(
    'run',
    '-d',
    '--name',
    'web',
    '-p',
    '127.0.0.1::80',
    '-l',
    'a=b',
    'base:1',
    'sh',
    '-c',
    script,
  );
  assert.match(id, /^[0-9a-f]{64}$/);
  const following = cli.run(['logs', '-f', 'web']);
  const port = (await docker('port', 'web', '80')).split(':').at(-1);
  assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), 'hello from a container\n');
  assert.equal(await docker('ps', '-q', '--no-trunc', '--filter', 'label=a=b', '--filter', 'name=^/web$'), id);
  assert.equal(await docker('exec', '-e', 'X=1', '-w', '/tmp', 'web', 'sh', '-c', 'echo $X $PWD'), '1 /tmp');
  assert.equal((await cli.run(['exec', 'web', 'sh', '-c', 'exit 5'])).code, 5);
  const missing = await cli.run(['exec', 'web', 'no-such-program']);
  assert.deepEqual([missing.code, /executable file not found/.test(missing.out + missing.err)], [127, true]);
  assert.equal((await cli.run(['exec', '-i', 'web', 'cat'], 'typed')).out, 'typed');
  assert.match(await docker('top', 'web'), /^UID +PID +PPID[\s\S]*httpd/);
  assert.match(
    await docker('stats', '--no-stream', '--format', '{{.Name}} {{.PIDs}} {{.CPUPerc}}', 'web'),
    /^web \d+ [\d.]+%$/,
  );
  await docker('pause', 'web');
  assert.match(await docker('ps', '--format', '{{.Status}}', '--filter', 'status=paused'), /\(Paused\)$/);
  const again = await cli.run(['pause', 'web']);
  assert.match(again.err, /is already paused/);
  await docker('unpause', 'web');
  await docker('update', '--pids-limit', '50', 'web');
  assert.equal(await docker('inspect', '-f', '{{.HostConfig.PidsLimit}}', 'web'), '50');
  await docker('rename', 'web', 'site');
  const busy = await cli.run(['rm', 'site']);
  assert.match(busy.err, /container is running: stop the container before removing or force remove/);
  const waiting = cli.run(['wait', 'site']);
  await docker('stop', 'site');
  assert.deepEqual([(await waiting).out, (await waiting).code], ['0', 0]);
  // Following ends with the container.
  assert.deepEqual((await following).out, 'ready\nbye');
  assert.match(await docker('logs', '-t', '--tail', '1', 'site'), /^\d{4}-\d\d-\d\dT[\d:.]+Z bye$/);
  await docker('start', 'site');
  await docker('kill', 'site');
  assert.equal(await docker('inspect', '-f', '{{.State.ExitCode}}', 'site'), '137');
  await docker('rm', 'site');
});

test('a health check is told as docker tells it', LONG, async () => {
  const check = ['--health-cmd', 'test -e /tmp/well', '--health-interval', '100ms', '--health-retries', '1'];
  await docker('run', '-d', '--name', 'ill', ...check, 'base:1', 'sleep', '1000');
  const untilHealth = async (word: string) => {
    for (const deadline = Date.now() + 60_000; Date.now() < deadline; ) {
      if ((await docker('inspect', '-f', '{{.State.Health.Status}}', 'ill')) === word) return;
    }
    throw new Error(`Never ${word}: ${await docker('inspect', 'ill')}`);
  };
  await untilHealth('unhealthy');
  await docker('exec', 'ill', 'touch', '/tmp/well');
  await untilHealth('healthy');
  assert.equal(await docker('ps', '-q', '--filter', 'health=unhealthy'), '');
  assert.match(
    await docker('ps', '--filter', 'health=healthy', '--format', '{{.Names}} {{.Status}}'),
    /^ill .*\(healthy\)$/,
  );
  await docker('rm', '-f', 'ill');
});

test('prune removes what does not run, and only what its filter names', LONG, async () => {
  await docker('create', '--name', 'kept', 'base:1');
  await docker('create', '--name', 'old', '-l', 'old=1', 'base:1');
  assert.match(await docker('container', 'prune', '-f', '--filter', 'label=old'), /Total reclaimed space/);
  assert.equal(await docker('ps', '-a', '--format', '{{.Names}}'), 'kept');
  await docker('container', 'prune', '-f');
  assert.equal(await docker('ps', '-aq'), '');
});

test('containers go on while the server is gone, and the CLI finds them again', LONG, async () => {
  await docker('run', '-d', '--name', 'stays', 'base:1', 'sh', '-c', 'while :; do date; sleep 0.1; done');
  const pid = await docker('inspect', '-f', '{{.State.Pid}}', 'stays');
  await cli.davit.kill();
  assert.equal((await cli.run(['ps'])).code, 1);
  await cli.davit.start();
  await untilStarted(cli.davit);
  // The socket opens right after that.
  while ((await cli.run(['version'])).code !== 0) await delay(100);
  assert.equal(await docker('inspect', '-f', '{{.State.Pid}}', 'stays'), pid);
  assert.equal(await docker('exec', 'stays', 'echo', 'here'), 'here');
  await docker('rm', '-f', 'stays');
});
