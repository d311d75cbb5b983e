// dockerode, the library of Node programs, against a running Davit.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import { after, before, test } from 'node:test';
import type Dockerode from 'dockerode';
import WebSocket from 'ws';
import { endOf, startSdkServer } from './server.ts';

const LONG = { timeout: 120_000 };

let server: Awaited<ReturnType<typeof startSdkServer>>;
let docker: Dockerode;

before(async () => {
  server = await startSdkServer();
  docker = server.docker;
}, LONG);

after(() => server?.[Symbol.asyncDispose]());

const create = (name: string, Cmd: string[], more: Dockerode.ContainerCreateOptions = {}) =>
  docker.createContainer({ Image: 'base:1', name, Cmd, ...more });

/** Text of both outputs of a stream that carries them in frames. */
function outputs(stream: NodeJS.ReadableStream) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  docker.modem.demuxStream(stream, stdout, stderr);
  stream.on('end', () => {
    stdout.end();
    stderr.end();
  });
  return Promise.all([endOf(stdout), endOf(stderr)]);
}

test('the server presents itself', LONG, async () => {
  assert.equal((await docker.ping()).toString(), 'OK');
  assert.equal((await docker.version()).ApiVersion, '1.51');
  assert.equal((await docker.info()).Images, 1);
  assert.deepEqual(
    (await docker.listImages()).flatMap(({ RepoTags }) => RepoTags),
    ['base:1'],
  );
});

test('a container is made, started, followed, stopped twice and removed', LONG, async () => {
  const container = await create('life', [
    'sh',
    '-c',
    'echo out; echo err >&2; trap "exit 3" TERM; while :; do sleep 0.1; done',
  ]);
  await container.start();
  await assert.rejects(container.start(), { statusCode: 304 });
  const following = outputs(await container.logs({ follow: true, stdout: true, stderr: true }));
  const waiting = container.wait();
  await container.stop({ t: 20 });
  assert.deepEqual(await following, ['out\n', 'err\n']);
  assert.deepEqual(await waiting, { StatusCode: 3 });
  await assert.rejects(container.stop(), { statusCode: 304 });
  assert.equal((await container.inspect()).State.ExitCode, 3);
  await container.remove();
  await assert.rejects(container.inspect(), {
    statusCode: 404,
    json: { message: `No such container: ${container.id}` },
  });
  await assert.rejects(docker.createContainer({ Image: 'nope:1' }), { statusCode: 404, reason: 'no such container' });
});

test('what is written into an attached container comes back from it', LONG, async () => {
  const container = await create('typed', ['cat'], { OpenStdin: true, StdinOnce: true, AttachStdin: true });
  const stream = await container.attach({ stream: true, stdin: true, stdout: true, stderr: true, hijack: true });
  const reading = outputs(stream);
  await container.start();
  stream.write('one line\n');
  // The half: what the container says after the end of its input still arrives.
  stream.end('and the last');
  assert.deepEqual(await reading, ['one line\nand the last', '']);
  await container.remove({ force: true });
});

test('a browser types into a container through a WebSocket and reads both its outputs', LONG, async () => {
  const echo = ['sh', '-c', 'cat; echo done >&2'];
  const container = await create('browser', echo, { OpenStdin: true, StdinOnce: true, AttachStdin: true });
  await container.start();
  const path = `/containers/browser/attach/ws?stream=1&stdin=1`;
  const channel = new WebSocket(`ws+unix://${server.socketPath}:${path}`);
  let heard = '';
  channel.on('message', (data: Buffer, isBinary) => {
    heard += isBinary ? data.toString() : 'not binary';
    if (heard === 'typed\n') channel.close();
  });
  await once(channel, 'open');
  channel.send('typed\n');
  await once(channel, 'close');
  assert.equal(heard, 'typed\n');
  // The end of the connection is the end of the input.
  await container.wait();
  assert.equal(
    (await container.logs({ stdout: true, stderr: true })).subarray(8).toString(),
    'typed\n\x02\0\0\0\0\0\0\x05done\n',
  );
  await container.remove();
});

test('commands run in a container, with input and an exit code', LONG, async () => {
  const container = await create('commands', ['sleep', '600']);
  await container.start();
  const exec = await container.exec({
    Cmd: ['sh', '-c', 'cat; echo wrong >&2; exit 7'],
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
  });
  const stream = await exec.start({ hijack: true, stdin: true });
  const reading = outputs(stream);
  stream.end('given');
  assert.deepEqual(await reading, ['given', 'wrong\n']);
  const { Running, ExitCode, ContainerID } = await exec.inspect();
  assert.deepEqual([Running, ExitCode, ContainerID], [false, 7, container.id]);
  await container.remove({ force: true });
});

test('an exec with a terminal has the size asked for, and its stream is not framed', LONG, async () => {
  const container = await create('terminal', ['sleep', '600']);
  await container.start();
  const exec = await container.exec({
    Cmd: ['sh'],
    Tty: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
  });
  const stream = await exec.start({ hijack: true, stdin: true, Tty: true });
  const reading = endOf(stream);
  await exec.resize({ h: 17, w: 71 });
  stream.write('stty size; exit 5\n');
  const said = await reading;
  assert.match(said, /\r\n17 71\r\n/);
  assert.equal(said.includes('\0'), false);
  assert.equal((await exec.inspect()).ExitCode, 5);
  await container.remove({ force: true });
});

test('progress is followed to its end, and samples of usage come one after the other', LONG, async () => {
  const archive = await docker.getImage('base:1').get();
  const progress = await docker.loadImage(archive);
  const lines = await new Promise<{ stream?: string }[]>((done, fail) => {
    docker.modem.followProgress(progress, (error, output) => (error ? fail(error) : done(output)));
  });
  assert.ok(
    lines.some(({ stream }) => /^Loaded image: base:1/.test(stream ?? '')),
    JSON.stringify(lines),
  );
  const container = await create('measured', ['sleep', '600']);
  await container.start();
  const samples = (await container.stats({ stream: true })) as NodeJS.ReadableStream & { destroy(): void };
  const read: string[] = [];
  for await (const chunk of samples) {
    const { read: at, pids_stats } = JSON.parse(chunk.toString()) as { read: string; pids_stats: { current: number } };
    assert.equal(pids_stats.current, 1);
    read.push(at);
    if (read.length === 3) break;
  }
  assert.deepEqual(read.toSorted(), read);
  assert.equal(new Set(read).size, 3);
  await container.remove({ force: true });
});

test('files go into a container that does not run and come out again', LONG, async () => {
  const container = await create('files', ['true']);
  const tar = await (await create('donor', ['true'])).getArchive({ path: '/www' });
  await container.putArchive(tar, { path: '/tmp' });
  const back = await endOf(await container.getArchive({ path: '/tmp/www/index.html' }));
  assert.match(back, /hello from a container/);
  await assert.rejects(container.getArchive({ path: '/nope' }), { statusCode: 404 });
  for (const name of ['files', 'donor']) await docker.getContainer(name).remove();
});

test('events tell of networks, volumes and containers as they happen', LONG, async () => {
  const stream = await docker.getEvents({ filters: { type: ['container', 'network', 'volume'] } });
  const seen: string[] = [];
  const untilDestroyed = Promise.withResolvers<void>();
  stream.on('data', (chunk: Buffer) => {
    for (const line of chunk.toString().split('\n').filter(Boolean)) {
      const { Type, Action } = JSON.parse(line) as { Type: string; Action: string };
      seen.push(`${Type} ${Action}`);
      if (Type === 'volume' && Action === 'destroy') untilDestroyed.resolve();
    }
  });
  const network = await docker.createNetwork({ Name: 'sdk-net', Labels: { of: 'sdk' } });
  await docker.createVolume({ Name: 'sdk-data', Labels: { of: 'sdk' } });
  const container = await create('joined', ['sh', '-c', 'echo kept > /data/f; sleep 600'], {
    HostConfig: { Binds: ['sdk-data:/data'], NetworkMode: 'sdk-net' },
  });
  await container.start();
  const { NetworkSettings, Mounts } = await container.inspect();
  assert.deepEqual([Object.keys(NetworkSettings.Networks), Mounts[0]?.Name], [['sdk-net'], 'sdk-data']);
  const [listed] = await docker.listNetworks({ filters: { label: ['of=sdk'] } });
  assert.equal(listed?.Id, network.id);
  await assert.rejects(docker.getVolume('sdk-data').remove(), { statusCode: 409 });
  await container.remove({ force: true, v: true });
  await network.remove();
  await docker.getVolume('sdk-data').remove();
  await untilDestroyed.promise;
  (stream as NodeJS.ReadableStream & { destroy(): void }).destroy();
  await once(stream, 'close');
  for (const event of ['network create', 'volume create', 'container create', 'volume mount', 'network connect']) {
    assert.ok(seen.includes(event), `${event} in ${seen.join(', ')}`);
  }
  assert.ok(seen.indexOf('container start') < seen.indexOf('container die'), seen.join(', '));
});

test(
  'a request that nobody waits for any more ends, by a signal or by its time, and the next one is answered',
  LONG,
  async () => {
    const container = await create('waited', ['sleep', '600']);
    await container.start();
    const abort = new AbortController();
    const waiting = container.wait({ abortSignal: abort.signal });
    const following = await container.logs({ follow: true, stdout: true, abortSignal: abort.signal });
    const ended = assert.rejects(finished(following), { code: 'ECONNRESET' });
    abort.abort();
    await assert.rejects(waiting, { code: 'ABORT_ERR' });
    await ended;
    const { socketPath } = docker.modem as unknown as { socketPath: string };
    const hasty = new (docker.constructor as typeof Dockerode)({ socketPath, timeout: 300 });
    await assert.rejects(hasty.getContainer('waited').stop({ t: 60 }), { code: 'ECONNRESET' });
    assert.equal((await container.inspect()).State.Running, true);
    await container.remove({ force: true });
  },
);

test('a commit knows its parent, and prunes take what is left over', LONG, async () => {
  const label = { of: 'prune' };
  const container = await create('committed', ['true'], { Labels: label });
  const { Id } = (await container.commit({ repo: 'made', tag: '1', changes: 'ENV A=b' })) as { Id: string };
  const [made, base] = await Promise.all(['made:1', 'base:1'].map((name) => docker.getImage(name).inspect()));
  assert.deepEqual([made?.Id, made?.Parent, made?.Config.Env?.includes('A=b')], [Id, base?.Id, true]);
  await docker.createNetwork({ Name: 'left', Labels: label, IPAM: { Config: [{ Subnet: '10.99.81.0/28' }] } });
  await docker.createVolume({ Name: 'left', Labels: label });
  const filters = { label: ['of=prune'] };
  assert.deepEqual((await docker.pruneContainers({ filters })).ContainersDeleted, [container.id]);
  assert.deepEqual((await docker.pruneNetworks({ filters })).NetworksDeleted, ['left']);
  const volumes = await docker.pruneVolumes({ filters: { ...filters, all: ['true'] } });
  assert.deepEqual(volumes.VolumesDeleted, ['left']);
  await docker.getImage('made:1').remove();
});
