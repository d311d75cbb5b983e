// What the pictures show: a small shop with everything that a dashboard has to tell apart.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { busyboxRootfs } from '#engine/testing/busybox-rootfs.ts';
import { type ApiClient, createApiClient } from '../../e2e/api-client.ts';
import type { DavitProcess } from '../../e2e/davit-process.ts';

type Config = Parameters<ApiClient['trpc']['containers']['create']['mutate']>[0]['config'];

interface Shop {
  api: ApiClient;
  imageId: string;
  operationId: string;
}

const MIB = 2 ** 20;

/** Programs that say and do something, so that logs and meters show it. */
const SERVE = 'echo "listening on port 80"; exec httpd -f -p 80 -h /www';
const WORK = [
  'n=0; while true; do n=$((n + 1)); echo "job $n done"',
  '[ $((n % 9)) = 0 ] && printf "\\033[33mwarn\\033[0m job %s was slow: 812 ms\\n" $n',
  '[ $((n % 23)) = 0 ] && echo "job $n: no answer from db, once more in 2 s" >&2',
  'seq 1 40000 | wc -l >/dev/null; sleep 1; done',
].join('; ');

const CONTAINERS: Record<string, { script: string; config?: Partial<Config>; once?: 'paused' | 'created' }> = {
  'shop-web': {
    script: SERVE,
    config: {
      ports: [{ containerPort: 80 }],
      network: 'front',
      networks: [{ network: 'front', aliases: ['www'] }, { network: 'back' }],
      mounts: [
        { type: 'volume', name: 'shop-uploads', target: '/var/uploads' },
        { type: 'tmpfs', target: '/tmp', sizeBytes: 64 * MIB },
      ],
      env: ['SHOP_NAME=Quay', 'SHOP_TOKEN=3b9a0c7d'],
      resources: { memoryBytes: 128 * MIB, nanoCpus: 1_500_000_000 },
      healthcheck: { test: ['CMD-SHELL', 'echo "200 OK"; wget -q -O /dev/null http://127.0.0.1/'], intervalMs: 5_000 },
    },
  },
  'shop-api': {
    script: SERVE,
    config: {
      ports: [{ containerPort: 80 }],
      network: 'back',
      healthcheck: { test: ['CMD-SHELL', 'echo "connection refused: db:5432"; false'], intervalMs: 1_000, retries: 2 },
    },
  },
  'shop-worker': { script: WORK, config: { network: 'back', resources: { memoryBytes: 64 * MIB } } },
  'shop-db': {
    script: 'echo "database is ready"; sleep 100000',
    config: { network: 'back', mounts: [{ type: 'volume', name: 'shop-db', target: '/var/lib/db' }] },
  },
  'shop-cache': { script: 'echo "cache is warm"; sleep 100000', config: { network: 'back' }, once: 'paused' },
  'shop-mailer': {
    script: 'echo "smtp: connection refused" >&2; sleep 1; exit 1',
    config: { restart: { name: 'always', maxRetries: 0 } },
  },
  'nightly-report': {
    script: 'echo "report written to /tmp/report.csv"',
    config: { restart: { name: 'no', maxRetries: 0 } },
  },
  'import-prices': {
    script: 'echo "price list: no such file" >&2; exit 3',
    config: { restart: { name: 'on-failure', maxRetries: 2 } },
  },
  thumbnails: {
    script: 'echo "scaling 812 pictures"; dd if=/dev/zero of=/dev/null bs=96M count=4',
    config: { restart: { name: 'no', maxRetries: 0 }, resources: { memoryBytes: 32 * MIB, memorySwapBytes: 32 * MIB } },
  },
  'migrate-once': { script: 'true', config: { restart: { name: 'no', maxRetries: 0 } }, once: 'created' },
  'a-container-with-a-rather-long-name-that-has-to-be-broken-somewhere': {
    script: 'sleep 100000',
    config: { labels: { 'com.example.team': 'shipping' } },
  },
  'echo-udp': {
    script: 'sleep 100000',
    config: { ports: [{ containerPort: 53, protocol: 'udp' }, { containerPort: 9000 }, { containerPort: 9001 }] },
  },
};

/** Fills an empty server; the first owner is anna. */
export async function openShop(davit: DavitProcess): Promise<Shop> {
  const api = createApiClient(davit.url);
  const { trpc } = api;
  await davit.untilReady();
  const code = readFileSync(join(davit.dataRoot, 'setup-code'), 'utf8').trim();
  await trpc.session.setup.mutate({ code, name: 'anna', password: 'a long enough passphrase' });
  const operationId = await importImage(api, davit.url, 'shop/web:2.4');
  for (const reference of ['shop/jobs:2.4', 'registry.example.com/tools/thumbnails:2026-11-21']) {
    await importImage(api, davit.url, reference);
  }
  await trpc.networks.create.mutate({ name: 'front' });
  await trpc.networks.create.mutate({
    name: 'back',
    enableIpv6: true,
    internal: true,
    subnets: [{}, { subnet: 'fd00:5b0b:1::/64' }],
  });
  await trpc.networks.create.mutate({ name: 'staging' });
  for (const newName of ['shop-uploads', 'shop-db', 'old-backups']) await trpc.volumes.create.mutate({ newName });
  for (const [newUserName, role] of [
    ['wei', 'operator'],
    ['tomas', 'developer'],
    ['mira', 'viewer'],
  ] as const) {
    await trpc.users.create.mutate({ newUserName, role });
  }
  await trpc.users.setDisabled.mutate({ userName: 'mira', disabled: true });
  await trpc.tokens.create.mutate({ name: 'ci', days: 30, scopes: ['containers:read', 'images:write'] });
  for (const name of Object.keys(CONTAINERS)) await runContainer(api, name);
  await trpc.containers.commit.mutate({
    containerId: 'shop-db',
    reference: 'shop/db:2.5',
    message: 'with the new tables',
  });
  const [image] = await trpc.images.list.query({});
  if (image === undefined) throw new Error('no image was imported');
  return { api, imageId: image.id, operationId };
}

async function runContainer({ trpc }: ApiClient, name: string): Promise<void> {
  const { script, config = {}, once } = CONTAINERS[name] ?? { script: 'true' };
  const { id } = await trpc.containers.create.mutate({
    name,
    config: {
      image: script === WORK ? 'shop/jobs:2.4' : 'shop/web:2.4',
      command: ['sh', '-c', script],
      stopSignal: 'SIGKILL',
      restart: { name: 'unless-stopped', maxRetries: 0 },
      labels: name.startsWith('shop-')
        ? { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': name.slice('shop-'.length) }
        : {},
      ...config,
    },
  });
  if (once === 'created') return;
  await trpc.containers.start.mutate({ containerId: id });
  if (once === 'paused') await trpc.containers.pause.mutate({ containerId: id });
}

/** @returns the operation that did it */
async function importImage(api: ApiClient, url: string, reference: string): Promise<string> {
  const body = await busyboxRootfs();
  const headers = { 'content-type': 'application/x-tar', 'content-length': String(body.length) };
  const query = new URLSearchParams({ reference });
  const init = { method: 'POST', headers, body: new Uint8Array(body) };
  const response = await api.send(`${url}/api/uploads/images/import?${query}`, init);
  const { operationId } = (await response.json()) as { operationId: string };
  for (;;) {
    const { state } = await api.trpc.operations.get.query({ operationId });
    if (state === 'succeeded') return operationId;
    if (state !== 'running') throw new Error(`the import of ${reference} ended as ${state}`);
    await delay(100);
  }
}

/** Containers outlive their server: they are removed through it. */
export async function closeShop({ trpc }: ApiClient): Promise<void> {
  for (const { id } of await trpc.containers.list.query({})) {
    await trpc.containers.remove.mutate({ containerId: id, force: true });
  }
}
