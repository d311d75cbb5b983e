// What a container reaches of the server that runs it: the door at which everybody has to sign in, and no socket.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { ApiClient } from '../api-client.ts';
import { type DavitProcess, startDavit } from '../davit-process.ts';
import { setUpOwner } from '../set-up-owner.ts';
import { importRootfs } from './import-rootfs.ts';

/** What a command prints in a container on this network, once it has ended. */
async function printed(owner: ApiClient, davit: DavitProcess, network: string, script: string): Promise<string> {
  const name = `on-${network}`;
  const config = { image: 'busybox:1', command: ['sh', '-c', script], network };
  await owner.trpc.containers.run.mutate({ name, config });
  while ((await owner.trpc.containers.get.query({ containerId: name })).state.status === 'running') await delay(100);
  return await (await owner.send(`${davit.url}/api/containers/${name}/log`)).text();
}

test('from bridge, host and user networks nobody is let in, and no socket is there', { timeout: 300_000 }, async () => {
  await using davit = await startDavit({ pools: 2 });
  const owner = await setUpOwner(davit, 'ann', 'a long enough passphrase');
  await importRootfs(owner, davit, 'busybox:1');
  await owner.trpc.networks.create.mutate({ name: 'mine' });
  const { port } = new URL(davit.url);
  for (const network of ['bridge', 'host', 'mine']) {
    const { subnets = [] } = network === 'host' ? {} : await owner.trpc.networks.get.query({ networkId: network });
    const hosts = ['127.0.0.1', ...subnets.flatMap(({ gateway }) => gateway ?? [])];
    const paths = ['/api/trpc/containers.list', '/api/containers/x/log', '/api/containers/x/export'];
    const asks = hosts.flatMap((host) =>
      paths.map((path) => {
        const head = `GET ${path} HTTP/1.0\\r\\nHost: ${host}:${port}\\r\\n\\r\\n`;
        return `printf '${head}' | nc -w 5 ${host} ${port} 2>&1 | head -1`;
      }),
    );
    const script = [...asks, 'echo sockets:', 'busybox find / -xdev -type s', 'echo looked'].join('; ');
    const text = await printed(owner, davit, network, script);
    const [answers = '', sockets] = text.split('sockets:\n');
    const lines = answers.trim().split('\n');
    assert.equal(lines.length, asks.length, text);
    for (const line of lines) assert.match(line, /^HTTP\/1\.1 401 |can't connect/, network);
    // The host's own loopback is where the server listens.
    assert.equal(answers.match(/ 401 /g)?.length ?? 0, network === 'host' ? asks.length : 0, text);
    assert.equal(sockets, 'looked\n', network);
  }
});
