// Networks, volumes and events through the docker CLI.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linesOf, startDockerCli, withoutDocker } from './client.ts';

const options = { timeout: 180_000, skip: withoutDocker };

test('networks are made, joined, left and removed', options, async () => {
  await using cli = await startDockerCli();
  const { docker, refused } = cli;
  const id = await docker('network', 'create', '--label', 'a=b', '--subnet', '10.99.77.0/28', 'front');
  assert.match(id, /^[0-9a-f]{64}$/);
  assert.match(await refused('network', 'create', 'front'), /network with name front already exists/);
  const list = linesOf(await docker('network', 'ls', '--format', '{{.Name}} {{.Driver}}')).sort();
  assert.deepEqual(list, ['bridge bridge', 'front bridge', 'host host', 'none null']);
  assert.equal(await docker('network', 'ls', '-q', '--no-trunc', '--filter', 'label=a=b'), id);

  await docker('run', '-d', '--name', 'web', 'base:1', 'sleep', '600');
  await docker('network', 'connect', '--alias', 'site', 'front', 'web');
  const members = '{{range .Containers}}{{.Name}} {{.IPv4Address}}{{end}}';
  const [name, address = ''] = (await docker('network', 'inspect', '-f', members, 'front')).split(' ');
  assert.equal(name, 'web');
  assert.equal(
    await docker('inspect', '-f', '{{.NetworkSettings.Networks.front.IPAddress}}', 'web'),
    address.split('/')[0],
  );
  assert.match(
    await refused('network', 'connect', 'front', 'web'),
    /endpoint with name web already exists in network front/,
  );
  assert.match(await refused('network', 'rm', 'front'), /has active endpoints \(name:"web" id:"[0-9a-f]{12}"\)/);
  await docker('network', 'disconnect', 'front', 'web');
  assert.match(await refused('network', 'disconnect', 'front', 'web'), /is not connected to network front/);
  assert.equal(await docker('network', 'rm', 'front'), 'front');
  assert.match(await refused('network', 'inspect', 'front'), /network front not found/);
  assert.match(await refused('network', 'rm', 'bridge'), /pre-defined network and cannot be removed/);
});

test('volumes keep data, are filtered and pruned', options, async () => {
  await using cli = await startDockerCli();
  const { docker, refused } = cli;
  assert.equal(await docker('volume', 'create', '--label', 'k=v', 'data'), 'data');
  await docker('run', '--rm', '-v', 'data:/d', 'base:1', 'sh', '-c', 'echo kept >/d/f');
  assert.equal(await docker('run', '--rm', '-v', 'data:/d', 'base:1', 'cat', '/d/f'), 'kept');
  assert.equal(await docker('volume', 'inspect', '-f', '{{.Name}} {{.Driver}} {{.Labels.k}}', 'data'), 'data local v');

  await docker('create', '--name', 'user', '-v', 'data:/d', 'base:1');
  const anonymous = await docker('volume', 'create');
  assert.equal(await docker('volume', 'ls', '-q', '--filter', 'dangling=true'), anonymous);
  assert.match(await refused('volume', 'rm', 'data'), /volume is in use - \[[0-9a-f]{64}\]/);
  await docker('rm', 'user');
  assert.match(await docker('volume', 'prune', '-f'), new RegExp(anonymous));
  assert.equal(await docker('volume', 'ls', '-q'), 'data');
  await docker('volume', 'prune', '-af');
  assert.match(await refused('volume', 'rm', 'data'), /no such volume/);
  assert.equal(await docker('volume', 'rm', '-f', 'data'), 'data');
});

test('events tell the past and what happens', options, async () => {
  await using cli = await startDockerCli();
  const { docker } = cli;
  await docker('volume', 'create', 'vol');
  await docker('volume', 'rm', 'vol');
  await docker('tag', 'base:1', 'other:1');
  await docker('rmi', 'other:1');
  const past = ['events', '--since', '10m', '--until', String(Date.now() / 1000), '--format', '{{.Type}} {{.Action}}'];
  assert.equal(await docker(...past, '--filter', 'volume=vol'), 'volume create\nvolume destroy');
  const images = linesOf(
    await docker(...past, '--filter', 'type=image', '--filter', 'event=tag', '--filter', 'event=untag'),
  );
  assert.deepEqual(images.slice(-2), ['image tag', 'image untag']);

  const since = String(Date.now() / 1000);
  const live = cli.linesUntil('destroy', [
    'events',
    '--since',
    since,
    '--filter',
    'container=short',
    '--format',
    '{{.Action}}',
  ]);
  await docker('run', '--name', 'short', 'base:1', 'true');
  await docker('rm', 'short');
  const known = ['create', 'start', 'die', 'destroy'];
  assert.deepEqual(
    (await live).filter((action) => known.includes(action)),
    known,
  );
});
