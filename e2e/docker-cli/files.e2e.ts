// Files of containers through the docker CLI: copied in and out, compared, exported, made an image of.
import assert from 'node:assert/strict';
import { lstat, mkdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { linesOf, startDockerCli, withoutDocker } from './client.ts';

const options = { timeout: 180_000, skip: withoutDocker };

test('files are copied in and out of containers that run and that do not', options, async () => {
  await using cli = await startDockerCli();
  const { docker, refused, folder } = cli;
  const source = join(folder, 'tree');
  await mkdir(join(source, 'sub'), { recursive: true });
  await writeFile(join(source, 'sub/f'), 'inside', { mode: 0o640 });
  await symlink('sub/f', join(source, 'link'));
  await docker('run', '-d', '--name', 'web', '-v', 'data:/data', 'base:1', 'sleep', '600');

  await docker('cp', source, 'web:/new');
  assert.equal(await docker('exec', 'web', 'cat', '/new/link'), 'inside');
  await docker('cp', source, 'web:/new');
  assert.equal(await docker('exec', 'web', 'cat', '/new/tree/sub/f'), 'inside', 'into a folder that is there');
  await docker('cp', join(source, 'sub/f'), 'web:/data/renamed');
  await docker('stop', '-t', '0', 'web');

  await docker('cp', 'web:/new', join(folder, 'out'));
  assert.equal(await readFile(join(folder, 'out/sub/f'), 'utf8'), 'inside');
  assert.equal(await readlink(join(folder, 'out/link')), 'sub/f');
  assert.equal((await lstat(join(folder, 'out/sub/f'))).mode & 0o777, 0o640);
  for (const [from, to] of [
    ['web:/new/.', 'of-new/link'],
    ['web:/', 'of-root/new/link'],
    ['web:/.', 'of-all/new/link'],
  ] as const) {
    const [target = ''] = to.split('/');
    await docker('cp', from, join(folder, target));
    assert.equal(await readlink(join(folder, to)), 'sub/f', `what is in ${from}`);
  }
  await docker('cp', 'web:/data/renamed', join(folder, 'from-volume'));
  assert.equal(await readFile(join(folder, 'from-volume'), 'utf8'), 'inside');
  await docker('cp', '-L', 'web:/new/link', join(folder, 'followed'));
  assert.equal(await readFile(join(folder, 'followed'), 'utf8'), 'inside');

  const bound = ['-v', `${join(source, 'sub/f')}:/etc/one:ro`, '-v', `${source}:/whole:ro`];
  const look = 'cat /etc/one /whole/link; echo x >>/etc/one || echo x >/whole/new || echo refused';
  assert.equal(await docker('run', '--rm', ...bound, 'base:1', 'sh', '-c', `${look} 2>&-`), 'insideinsiderefused');

  assert.match(await refused('cp', 'web:/no/such', folder), /Could not find the file \/no\/such in container web/);
  assert.match(await refused('cp', source, 'nobody:/'), /No such container: nobody/);
});

test('changes are told, a container is exported and becomes an image', options, async () => {
  await using cli = await startDockerCli();
  const { docker, folder, refused } = cli;
  await docker('run', '--name', 'made', 'base:1', 'sh', '-c', 'echo new >/root/n; rm /etc/group; echo x >>/etc/passwd');
  const changes = linesOf(await docker('diff', 'made'));
  assert.deepEqual(changes.sort(), ['A /root/n', 'C /etc', 'C /etc/passwd', 'C /root', 'D /etc/group']);

  const exported = join(folder, 'root.tar');
  await docker('export', '-o', exported, 'made');
  await docker('import', exported, 'copy:1');
  assert.equal(await docker('run', '--rm', 'copy:1', '/bin/cat', '/root/n'), 'new');

  const id = await docker(
    'commit',
    '-m',
    'why',
    '-a',
    'me',
    '-c',
    'CMD ["cat","/root/n"]',
    '-c',
    'ENV Z=9',
    'made',
    'kept:1',
  );
  const format = '{{.Id}} {{.Comment}} {{.Author}} {{len .RootFS.Layers}} {{json .Config.Env}}';
  assert.match(await docker('image', 'inspect', '-f', format, 'kept:1'), new RegExp(`^${id} why me 2 .*"Z=9"`));
  assert.equal(await docker('run', '--rm', 'kept:1'), 'new');
  assert.equal(linesOf(await docker('history', '-q', 'kept:1')).length, 2);
  assert.match(await refused('commit', '-c', 'RUN x', 'made'), /RUN is not a valid change command/);
});
