// `--link` on a network of one's own: a name for one container in the eyes of another.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startDockerCli, withoutDocker } from './client.ts';

const options = { timeout: 180_000, skip: withoutDocker };

test(
  'the alias of a link leads to its container, wherever that is now, and only from where it was given',
  options,
  async () => {
    await using cli = await startDockerCli();
    const { docker, run } = cli;
    await docker('network', 'create', '--subnet', '10.99.79.0/28', 'mine');
    await docker('run', '-d', '--name', 'target', '--network', 'mine', 'base:1', 'sleep', '600');
    await docker(
      'run',
      '-d',
      '--name',
      'linking',
      '--network',
      'mine',
      '--link',
      'target:db',
      'base:1',
      'sleep',
      '600',
    );
    await docker('run', '-d', '--name', 'other', '--network', 'mine', 'base:1', 'sleep', '600');
    const pings = async (from: string, name: string) =>
      (await run(['exec', from, 'busybox', 'ping', '-c1', '-W5', name])).code === 0;
    assert.deepEqual([await pings('linking', 'db'), await pings('linking', 'target')], [true, true]);
    assert.deepEqual([await pings('other', 'db'), await pings('other', 'target')], [false, true]);

    // Another container takes the target's address while it is away.
    await docker('stop', '-t', '0', 'target');
    await docker('run', '-d', '--name', 'between', '--network', 'mine', 'base:1', 'sleep', '600');
    await docker('start', 'target');
    const address = await docker('inspect', '-f', '{{.NetworkSettings.Networks.mine.IPAddress}}', 'target');
    const told = async () => (await docker('exec', 'linking', 'cat', '/etc/hosts')).includes(`${address}\tdb `);
    // The start is answered before the others are told.
    while (!(await told()));
    assert.deepEqual([await pings('linking', 'db'), await pings('other', 'db')], [true, false]);

    await docker('restart', '-t', '0', 'linking');
    assert.deepEqual([await pings('linking', 'db'), await pings('between', 'db')], [true, false]);
  },
);
