// Images that were committed on each other: what dockerd 28.5.2 said to the same commands.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linesOf, startDockerCli, withoutDocker } from './client.ts';

test('commits know what they were made from, as with dockerd', { timeout: 180_000, skip: withoutDocker }, async () => {
  await using cli = await startDockerCli();
  const { docker, refused } = cli;
  const idOf = (name: string) => docker('image', 'inspect', '-f', '{{.Id}}', name);
  const parentOf = (name: string) => docker('image', 'inspect', '-f', '{{.Parent}}', name);
  const listed = async (...args: string[]) => linesOf(await docker('images', '-q', '--no-trunc', ...args)).sort();
  /** A commit of a container that is made for it and goes again. */
  const commit = async (from: string, ...args: string[]) => {
    const made = await docker('create', from, 'true');
    const id = await docker('commit', ...args.slice(1), made, ...args.slice(0, 1));
    await docker('rm', made);
    return id;
  };
  const base = await idOf('base:1');
  const mid = await commit('base:1', 'mid:1');
  const side = await commit('base:1', 'side:1', '-m', 'again');
  const top = await commit('mid:1', 'top:1');
  assert.deepEqual(await Promise.all(['base:1', 'mid:1', 'top:1'].map(parentOf)), ['', base, mid]);

  assert.equal(await docker('rmi', 'mid:1'), 'Untagged: mid:1');
  assert.deepEqual(await listed('-a'), [base, mid, side, top].sort());
  assert.deepEqual(await listed(), [base, side, top].sort());
  assert.deepEqual(await listed('-f', 'dangling=true'), []);
  const words = `conflict: unable to delete ${mid.slice(7, 19)} (cannot be forced) - image has dependent child images`;
  for (const force of [[], ['-f']]) assert.ok((await refused('rmi', ...force, mid)).includes(words));
  assert.equal(await docker('rmi', 'base:1'), 'Untagged: base:1');
  assert.equal(await docker('image', 'prune', '-f'), 'Total reclaimed space: 0B');
  assert.deepEqual(linesOf(await docker('history', '-q', '--no-trunc', 'top:1')), [top, mid, base]);

  const gone = (...ids: string[]) => ids.map((id) => `Deleted: ${id}`);
  assert.deepEqual(linesOf(await docker('rmi', 'top:1')), ['Untagged: top:1', ...gone(top, mid)]);
  assert.deepEqual(await listed('-a'), [base, side].sort());
  assert.deepEqual(linesOf(await docker('rmi', 'side:1')).slice(0, 3), ['Untagged: side:1', ...gone(side, base)]);
  assert.deepEqual(await listed('-a'), []);

  const second = await docker('import', cli.rootfs, 'base:1');
  const left = await commit('base:1', 'mid:1');
  const last = await commit('mid:1', 'top:1');
  await docker('rmi', 'mid:1');
  assert.deepEqual(linesOf(await docker('rmi', '--no-prune', 'top:1')), ['Untagged: top:1', ...gone(last)]);
  assert.deepEqual(await listed('-a'), [second, left].sort());
  assert.match(await docker('image', 'prune', '-f'), new RegExp(`^Deleted Images:\ndeleted: ${left}\n`));
});
