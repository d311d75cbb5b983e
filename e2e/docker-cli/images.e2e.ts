// Images through the docker CLI: in, out, named, looked at, removed.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { HOST, multiPlatform, OTHER } from '#engine/testing/multi-platform.ts';
import { linesOf, startDockerCli, withoutDocker } from './client.ts';

const options = { timeout: 180_000, skip: withoutDocker };

test('images are imported, named, listed and removed', options, async () => {
  await using cli = await startDockerCli();
  const { docker, refused } = cli;
  const id = await docker(
    'import',
    '-m',
    'second',
    '-c',
    'ENV A=b',
    '-c',
    'LABEL kind=other',
    cli.rootfs,
    'team/app:2',
  );
  assert.match(id, /^sha256:[0-9a-f]{64}$/);
  await docker('tag', 'team/app:2', 'app');

  const names = async (...args: string[]) =>
    linesOf(await docker('images', '--format', '{{.Repository}}:{{.Tag}}', ...args)).sort();
  assert.deepEqual(await names(), ['app:latest', 'base:1', 'team/app:2']);
  assert.deepEqual(await names('app'), ['app:latest']);
  assert.deepEqual(await names('--filter', 'reference=team/*'), ['team/app:2']);
  assert.deepEqual(await names('--filter', 'label=kind=base'), ['base:1']);
  assert.deepEqual(await names('--filter', 'since=base:1'), ['app:latest', 'team/app:2']);
  assert.match(await refused('images', '--filter', 'nonsense=1'), /invalid filter 'nonsense'/);

  const format = '{{.Id}} {{json .RepoTags}} {{json .Config.Env}} {{.Comment}}';
  assert.equal(
    await docker('image', 'inspect', '-f', format, 'app'),
    `${id} ["app:latest","team/app:2"] ["A=b"] second`,
  );
  assert.equal(await docker('history', '--no-trunc', '--format', '{{.ID}} {{.Comment}}', 'app'), `${id} second`);

  assert.match(await refused('rmi', id), /must be forced.* - image is referenced in multiple repositories/);
  assert.equal(await docker('rmi', 'app'), 'Untagged: app:latest');
  assert.deepEqual(linesOf(await docker('rmi', 'team/app:2')).slice(0, 2), ['Untagged: team/app:2', `Deleted: ${id}`]);
  assert.match(await refused('rmi', 'app'), /No such image: app:latest/);
});

test('saved images come back with their ids and names', options, async () => {
  await using cli = await startDockerCli();
  const { docker } = cli;
  const second = await docker('import', '-c', 'LABEL kind=other', cli.rootfs, 'team/app:2');
  const base = await docker('images', '-q', '--no-trunc', 'base:1');
  const file = join(cli.folder, 'images.tar');
  await docker('save', '-o', file, 'base:1', 'team/app:2');
  await docker('rmi', 'base:1', 'team/app:2');
  assert.equal(await docker('images', '-q'), '');
  const loaded = linesOf(await docker('load', '-i', file)).sort();
  assert.deepEqual(loaded, ['Loaded image: base:1', 'Loaded image: team/app:2']);
  assert.equal(await docker('images', '-q', '--no-trunc', 'base:1'), base);
  assert.equal(await docker('images', '-q', '--no-trunc', 'team/app:2'), second);
  assert.equal(await docker('run', '--rm', 'team/app:2', '/bin/echo', 'it runs'), 'it runs');

  await docker('save', '-o', file, second);
  await docker('rmi', 'team/app:2');
  assert.equal(await docker('load', '-q', '-i', file), `Loaded image ID: ${second}`);
});

test('a damaged archive, a missing image and an unreachable registry are told', options, async () => {
  await using cli = await startDockerCli();
  const { refused } = cli;
  const { code, err } = await cli.run(['load'], 'this is no archive');
  assert.equal(code, 1);
  assert.match(err, /archive/i);
  assert.match(await refused('save', '-o', join(cli.folder, 'x.tar'), 'nope'), /No such image: nope:latest/);
  assert.match(
    await refused('pull', '127.0.0.1:1/team/app:1'),
    /Get "http:\/\/127\.0\.0\.1:1\/v2\/": .*connection refused/,
  );
  assert.match(await refused('push', '127.0.0.1:1/team/app:1'), /An image does not exist locally with the tag/);
});

test('of a name with two platforms one is removed, then the other with the name', options, async () => {
  await using cli = await startDockerCli();
  const { docker, refused } = cli;
  const { archive, ids } = multiPlatform();
  const [other = '', host = ''] = ids;
  const file = join(cli.folder, 'two.tar');
  const named = `linux/${OTHER.architecture}`;
  const reload = async () => {
    await writeFile(file, archive);
    assert.equal(await docker('load', '-i', file), 'Loaded image: app:1');
  };
  const here = async () => linesOf(await docker('images', '-aq', '--no-trunc', 'app')).sort();
  await reload();
  assert.deepEqual(await here(), [...ids].sort());
  assert.match(await refused('rmi', '--platform', 'linux/s390x', 'app:1'), /does not match the specified platform/);
  const several = [`--platform=${named}`, `--platform=linux/${HOST.architecture}`];
  assert.match(await refused('rmi', ...several, 'app:1'), /multiple platforms are not supported/);
  assert.deepEqual(await here(), [...ids].sort());

  // The name stays with the other one, which is saved and loaded as before.
  const removed = linesOf(await docker('rmi', '--platform', named, 'app:1'));
  assert.equal(
    removed.find((line) => line.startsWith('Deleted: ')),
    `Deleted: ${other}`,
  );
  assert.deepEqual(await here(), [host]);
  assert.equal(await docker('image', 'inspect', '-f', '{{.Id}}', 'app:1'), host);
  assert.match(
    await refused('image', 'inspect', '--platform', named, 'app:1'),
    /does not match the specified platform/,
  );
  assert.equal(await docker('run', '--rm', '--entrypoint', '', 'base:1', 'echo', 'runs'), 'runs');
  await docker('save', '-o', file, 'app:1');
  const last = linesOf(await docker('rmi', '--platform', `linux/${HOST.architecture}`, 'app:1'));
  assert.deepEqual(last.slice(0, 2), ['Untagged: app:1', `Deleted: ${host}`]);
  assert.deepEqual(await here(), []);
  assert.equal(await docker('load', '-i', file), 'Loaded image: app:1');
  assert.deepEqual(await here(), [host]);

  // That of the host goes: the name means what is left. A container keeps its own.
  await reload();
  await docker('create', '--name', 'user', '--platform', named, 'app:1');
  assert.match(await refused('rmi', '--platform', named, 'app:1'), /is being used by stopped container/);
  await docker('rmi', '--platform', `linux/${HOST.architecture}`, 'app:1');
  assert.deepEqual(await here(), [other]);
  assert.equal(await docker('image', 'inspect', '-f', '{{.Id}}', 'app:1'), other);
});

test('prune takes what has no name, or all that nobody uses', options, async () => {
  await using cli = await startDockerCli();
  const { docker } = cli;
  const old = await docker('import', '-c', 'LABEL n=1', cli.rootfs, 'app:1');
  await docker('import', '-c', 'LABEL n=2', cli.rootfs, 'app:1');
  assert.equal(await docker('images', '-q', '--no-trunc', '--filter', 'dangling=true'), old);
  assert.match(await docker('image', 'prune', '-f'), new RegExp(`deleted: ${old}`));
  await docker('create', '--name', 'user', 'base:1');
  assert.match(await docker('image', 'prune', '-af'), /untagged: app:1[\s\S]*Total reclaimed space: /);
  assert.equal(await docker('images', '--format', '{{.Repository}}'), 'base');
});
