// The pictures of the README, taken with Chromium from a server of their own with a few containers in it:
// `./davit build && PATH=$PWD/tools/node_modules/.bin:$PATH node scripts/screenshots.ts`. Needs root and packages that
// `./davit test` installs.
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Browser, chromium, type Page } from '@playwright/test';
import { busyboxRootfs } from '#engine/testing/busybox-rootfs.ts';
import { type ApiClient, createApiClient } from '../e2e/api-client.ts';
import { type DavitProcess, startDavit } from '../e2e/davit-process.ts';

const FOLDER = join(import.meta.dirname, '../docs/screens');
const MAX_BYTES = 300_000;
const SIZE = { width: 1280, height: 760 };

/** Programs that say and do something, so that logs and meters show it. */
const SERVE = 'echo "listening on port 80"; exec httpd -f -p 80 -h /www';
const WORK = 'n=0; while true; do n=$((n + 1)); echo "job $n done"; seq 1 40000 | wc -l >/dev/null; sleep 1; done';
const CONTAINERS: { name: string; script: string; port?: number; restart?: 'always' }[] = [
  { name: 'shop-web', script: SERVE, port: 80, restart: 'always' },
  { name: 'shop-api', script: SERVE, port: 80, restart: 'always' },
  { name: 'shop-worker', script: WORK, restart: 'always' },
  { name: 'nightly-report', script: 'echo "report written to /tmp/report.csv"' },
  { name: 'import-prices', script: 'echo "price list: no such file" >&2; exit 3' },
];

/** One picture: where it is taken and what must be on the page first. */
const SHOTS: { name: string; path: string; ready: (page: Page) => Promise<void> }[] = [
  { name: 'home', path: '/', ready: async (page) => untilShown(page, /^[1-9]\d* cores$/) },
  { name: 'containers', path: '/containers', ready: async (page) => untilShown(page, /\d\s?[KM]iB/) },
  {
    name: 'logs',
    path: '/containers/shop-worker/logs',
    ready: async (page) => untilShown(page, /^job 12 done$/),
  },
];

async function untilShown(page: Page, text: RegExp): Promise<void> {
  await page.getByRole('main').getByText(text).first().waitFor({ timeout: 60_000 });
}

async function prepare(davit: DavitProcess): Promise<ApiClient> {
  const api = createApiClient(davit.url);
  await davit.untilReady();
  const code = readFileSync(join(davit.dataRoot, 'setup-code'), 'utf8').trim();
  await api.trpc.session.setup.mutate({ code, name: 'anna', password: 'a long enough passphrase' });
  for (const reference of ['shop/web:2.4', 'shop/jobs:2.4']) await importImage(api, davit.url, reference);
  for (const { name, script, port, restart } of CONTAINERS) {
    const { id } = await api.trpc.containers.create.mutate({
      name,
      config: {
        image: port === undefined ? 'shop/jobs:2.4' : 'shop/web:2.4',
        command: ['sh', '-c', script],
        stopSignal: 'SIGKILL',
        ...(port === undefined ? {} : { ports: [{ containerPort: port }] }),
        ...(restart === undefined ? {} : { restart: { name: restart, maxRetries: 0 } }),
      },
    });
    await api.trpc.containers.start.mutate({ containerId: id });
  }
  return api;
}

async function importImage(api: ApiClient, url: string, reference: string): Promise<void> {
  const body = await busyboxRootfs();
  const headers = { 'content-type': 'application/x-tar', 'content-length': String(body.length) };
  const query = new URLSearchParams({ reference });
  const init = { method: 'POST', headers, body: new Uint8Array(body) };
  const response = await api.send(`${url}/api/uploads/images/import?${query}`, init);
  const { operationId } = (await response.json()) as { operationId: string };
  for (;;) {
    const { state } = await api.trpc.operations.get.query({ operationId });
    if (state === 'succeeded') return;
    if (state !== 'running') throw new Error(`the import of ${reference} ended as ${state}`);
    await delay(100);
  }
}

async function takeAll(browser: Browser, url: string, cookie: string, colorScheme: 'light' | 'dark'): Promise<void> {
  await using context = await browser.newContext({ viewport: SIZE, colorScheme, locale: 'en-US' });
  const [name = '', value = ''] = cookie.split('=');
  await context.addCookies([{ name, value, url }]);
  for (const shot of SHOTS) {
    const page = await context.newPage();
    await page.goto(url + shot.path);
    await shot.ready(page);
    const path = join(FOLDER, `${shot.name}-${colorScheme}.png`);
    await page.screenshot({ path, animations: 'disabled' });
    const { size } = statSync(path);
    process.stdout.write(`${shot.name}-${colorScheme}.png: ${Math.round(size / 1000)} kB\n`);
    if (size > MAX_BYTES) throw new Error(`${path} has ${size} bytes, more than ${MAX_BYTES}`);
    await page.close();
  }
}

async function main(): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  await using davit = await startDavit();
  const api = await prepare(davit);
  try {
    await using browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
    });
    for (const colorScheme of ['light', 'dark'] as const) await takeAll(browser, davit.url, api.cookie(), colorScheme);
  } finally {
    // Containers outlive their server: they are removed through it.
    for (const { id } of await api.trpc.containers.list.query({})) {
      await api.trpc.containers.remove.mutate({ containerId: id, force: true });
    }
  }
}

await main();
