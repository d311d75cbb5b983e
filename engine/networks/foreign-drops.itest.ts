import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { createKernel } from '../kernel/index.ts';
import { findForeignDrops } from './index.ts';

/** A firewall of its own: on the host's, such a chain would cut everybody off. */
const INSIDE = 'FOREIGN_DROPS_INSIDE';

test('a foreign chain that drops is told, and its command mends it', { timeout: 60_000 }, async (t) => {
  if (process.env[INSIDE] === undefined) {
    const args = ['--net', process.execPath, '--test', import.meta.filename];
    const env = { ...process.env, [INSIDE]: '1', NODE_TEST_CONTEXT: undefined };
    const { status, stdout } = spawnSync('unshare', args, { env, encoding: 'utf8' });
    assert.equal(status, 0, stdout);
    t.diagnostic('ran in a network namespace of its own');
    return;
  }
  await using kernel = await createKernel();
  const input = `
    table ip filter { chain FORWARD { type filter hook forward priority 0; policy drop; ct state established accept; }; }
    table inet own { chain forward { type filter hook forward priority 0; policy drop; }; }
    table ip open { chain forward { type filter hook forward priority 0; policy accept; }; }`;
  execFileSync('nft', ['-f', '-'], { input });
  const [drop, ...others] = await findForeignDrops(kernel, 'own');
  assert.deepEqual(others, []);
  assert.equal(drop?.chain, 'ip filter FORWARD');
  execFileSync('sh', ['-ec', drop.fix]);
  assert.deepEqual(await findForeignDrops(kernel, 'own'), []);
  assert.equal(
    (await findForeignDrops(kernel, 'other'))[0]?.chain,
    'ip filter FORWARD',
    'only this instance is let through',
  );

  if (spawnSync('iptables-legacy', ['-P', 'FORWARD', 'DROP']).status !== 0) {
    t.diagnostic('iptables-legacy cannot be used here: its tables were not tried');
    return;
  }
  const [legacy, ...more] = await findForeignDrops(kernel, 'own');
  assert.deepEqual([legacy?.chain, more], ['iptables-legacy filter FORWARD', []]);
  execFileSync('sh', ['-ec', legacy?.fix ?? '']);
  assert.deepEqual(await findForeignDrops(kernel, 'own'), []);
});
