// The main job on real input, through the API the dashboard uses, with the server killed in the middle.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createReadStream, readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type ApiClient, createApiClient } from '../api-client.ts';
import { type DavitProcess, startDavit } from '../davit-process.ts';
import { nginxRootfs } from '../fixtures/nginx-rootfs.ts';

const PASSWORD = 'a long enough passphrase';
/** The first run on a machine makes a Debian root file system out of packages, beside whatever else is tested. */
const TIMEOUT_MS = 600_000;

async function upload(api: ApiClient, davit: DavitProcess, file: string, reference: string): Promise<string> {
  const query = new URLSearchParams({ reference });
  const { size } = await stat(file);
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/x-tar', 'content-length': String(size) },
    body: Readable.toWeb(createReadStream(file)) as unknown as ReadableStream,
    duplex: 'half',
  };
  const response = await api.send(`${davit.url}/api/uploads/images/import?${query}`, init as RequestInit);
  const text = await response.text();
  assert.equal(response.status, 202, text);
  return (JSON.parse(text) as { operationId: string }).operationId;
}

async function untilDone(api: ApiClient, operationId: string): Promise<string> {
  for (let i = 0; i < 600; i += 1) {
    const { state } = await api.trpc.operations.get.query({ operationId });
    if (state !== 'running') return state;
    await delay(200);
  }
  throw new Error('the operation did not end within two minutes');
}

async function fetchSoon(url: string): Promise<string> {
  for (let i = 0; ; i += 1) {
    try {
      return await (await fetch(url)).text();
    } catch (error) {
      // The program inside needs a moment before it listens.
      if (i > 100) throw error;
      await delay(100);
    }
  }
}

const TITLE = 'setup, import nginx, run it, kill the server, find it running, remove it, and nothing is left';

test(TITLE, { timeout: TIMEOUT_MS }, async () => {
  const rootfs = await nginxRootfs();
  await using davit = await startDavit();
  const api = createApiClient(davit.url);

  await assert.rejects(api.trpc.containers.list.query({}));
  await assert.rejects(api.trpc.session.setup.mutate({ code: 'wrong', name: 'anna', password: PASSWORD }));
  const code = readFileSync(`${davit.dataRoot}/setup-code`, 'utf8').trim();
  await api.trpc.session.setup.mutate({ code, name: 'anna', password: PASSWORD });
  await assert.rejects(api.trpc.session.setup.mutate({ code, name: 'eve', password: PASSWORD }));

  assert.equal(await untilDone(api, await upload(api, davit, rootfs, 'web:1')), 'succeeded');
  const images = await api.trpc.images.list.query({});
  assert.deepEqual(
    images.flatMap((image) => image.references),
    ['web:1'],
  );

  const created = await api.trpc.containers.create.mutate({
    name: 'web',
    config: {
      image: 'web:1',
      command: ['nginx', '-g', 'daemon off; error_log /dev/stderr; ', '-c', '/etc/nginx/nginx.conf'],
      ports: [{ containerPort: 80 }],
    },
  });
  await api.trpc.containers.start.mutate({ containerId: created.id });
  const before = await api.trpc.containers.get.query({ containerId: 'web' });
  const port = before.ports[0]?.hostPort;
  assert.ok(port);
  assert.match(await fetchSoon(`http://127.0.0.1:${port}/`), /nginx/);

  await davit.kill();
  assert.match(await fetchSoon(`http://127.0.0.1:${port}/`), /nginx/);
  await davit.start();
  await davit.untilReady();
  const after = await api.trpc.containers.get.query({ containerId: 'web' });
  assert.deepEqual(after.state, before.state);

  await api.trpc.containers.stop.mutate({ containerId: 'web', timeoutSeconds: 10 });
  await api.trpc.containers.remove.mutate({ containerId: 'web' });
  await api.trpc.images.remove.mutate({ imageId: 'web:1' });
  assert.deepEqual(await api.trpc.containers.list.query({}), []);
  await assert.rejects(fetch(`http://127.0.0.1:${port}/`));
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.includes(`${davit.runRoot}/`));
  assert.deepEqual(mounts, []);
  assert.equal(execFileSync('find', [`${davit.dataRoot}/content/blobs`, '-type', 'f'], { encoding: 'utf8' }), '');
});
