// The second stage of the container page; product sentences 1.17, 2.2, 2.3 and 2.7.
import { expect, type Page, test } from '@playwright/test';
import { claimPool } from '../address-pool.ts';
import type { ApiClient } from '../api-client.ts';
import type { DavitProcess } from '../davit-process.ts';
import { freePort } from '../free-port.ts';
import { enter, speak, startOwned, untilLive, watchConsole } from './steps.ts';
import { inChinese, LANGUAGES, t } from './words.ts';

let davit: DavitProcess;
let owner: ApiClient;
let pools: ReturnType<typeof claimPool>[];

test.beforeAll(async () => {
  pools = Array.from({ length: 2 }, claimPool);
  ({ davit, owner } = await startOwned());
});

test.afterAll(async () => {
  await davit[Symbol.asyncDispose]();
  for (const pool of pools) pool[Symbol.dispose]();
});

test.beforeEach(async ({ page }) => {
  await enter(page, davit);
});

async function run(name: string, config = {}): Promise<string> {
  const { id } = await owner.trpc.containers.run.mutate({
    name,
    config: { image: 'busybox:1', command: ['sleep', '3600'], stopSignal: 'SIGKILL', ...config },
  });
  return id;
}

function card(page: Page, title: string) {
  return page.locator('section', { has: page.getByRole('heading', { name: title, exact: true }) });
}

/** What the Config tab says of a setting. */
function setting(page: Page, label: string) {
  return page
    .locator('dl > div')
    .filter({ has: page.getByText(label, { exact: true }) })
    .locator('dd');
}

const MIB = 1024 ** 2;

/** Thirty options with the words of the form for each, and what is shown of it. */
const OPTIONS: [label: string, shown: string][] = [
  ['create.image', 'busybox:1'],
  ['create.name', 'thirty'],
  ['create.sections.env', 'MODE=fast'],
  ['create.mounts', '/data'],
  ['create.network', 'bridge'],
  ['create.restart', 'Always, unless stopped by hand'],
  ['create.fields.entrypoint', 'sh -c'],
  ['create.fields.command', 'sleep 3600'],
  ['create.fields.workingDir', '/tmp'],
  ['create.fields.user', '0:0'],
  ['create.fields.groupAdd', '10'],
  ['create.fields.init', 'yes'],
  ['create.fields.stopSignal', 'SIGKILL'],
  ['create.fields.stopTimeout', '3'],
  ['create.fields.hostname', 'thirty-host'],
  ['create.fields.domainname', 'example.org'],
  ['create.fields.dns', '9.9.9.9'],
  ['create.fields.dnsSearch', 'example.org'],
  ['create.fields.dnsOptions', 'ndots:2'],
  ['create.fields.extraHosts', 'db:10.0.0.2'],
  ['create.fields.memory', '64 MiB'],
  ['create.fields.cpus', '0.5'],
  ['create.fields.cpuShares', '512'],
  ['create.fields.pidsLimit', '50'],
  ['create.fields.ulimits', 'nofile=1024:2048'],
  ['create.fields.shmSize', '32 MiB'],
  ['create.fields.healthCmd', 'true'],
  ['create.fields.healthInterval', '1m30s'],
  ['create.fields.capDrop', 'NET_RAW'],
  ['create.fields.securityOpt', 'no-new-privileges'],
  ['create.fields.readonlyRootfs', 'yes'],
  ['create.fields.labels', 'team=shop'],
];

/** What of this is not as programs write it. */
const IN_CHINESE: Readonly<Record<string, string>> = {
  'Always, unless stopped by hand': 'create.policies.unless-stopped',
  yes: 'containers.config.on',
};

const CONFIG = {
  entrypoint: ['sh', '-c'],
  command: ['sleep 3600'],
  env: ['MODE=fast'],
  mounts: [{ type: 'volume' as const, name: 'thirty-data', target: '/data' }],
  restart: { name: 'unless-stopped' as const, maxRetries: 0 },
  workingDir: '/tmp',
  user: '0:0',
  groupAdd: ['10'],
  init: true,
  stopTimeoutSeconds: 3,
  hostname: 'thirty-host',
  domainname: 'example.org',
  dns: ['9.9.9.9'],
  dnsSearch: ['example.org'],
  dnsOptions: ['ndots:2'],
  extraHosts: ['db:10.0.0.2'],
  resources: { memoryBytes: 64 * MIB, nanoCpus: 5e8, cpuShares: 512, pidsLimit: 50 },
  ulimits: [{ name: 'nofile', soft: 1024, hard: 2048 }],
  shmSizeBytes: 32 * MIB,
  healthcheck: { test: ['CMD', 'true'], intervalMs: 90_000 },
  capDrop: ['NET_RAW'],
  securityOpt: ['no-new-privileges'],
  readonlyRootfs: true,
  labels: { team: 'shop' },
};

test('2.2 each of thirty options is shown under Config in words', async ({ page }) => {
  const problems = watchConsole(page);
  await run('thirty', CONFIG);
  await page.goto(`${davit.url}/containers/thirty/config`);
  for (const [label, shown] of OPTIONS) {
    await expect(setting(page, t(label)).filter({ hasText: shown }), label).toBeVisible();
  }
  await speak(page, davit, 'zh');
  await page.reload();
  for (const [label, shown] of OPTIONS) {
    const said = IN_CHINESE[shown] === undefined ? shown : inChinese(IN_CHINESE[shown]);
    await expect(setting(page, inChinese(label)).filter({ hasText: said }), label).toBeVisible();
  }
  expect(problems).toEqual([]);
});

test('2.3 a running container joins a second network from its own page and leaves it, without a reload', async ({
  page,
}) => {
  await owner.trpc.networks.create.mutate({ name: 'second', subnets: [{ subnet: pools[0]?.subnet }] });
  await run('site');
  for (const [locale, words] of LANGUAGES) {
    await speak(page, davit, locale);
    await page.goto(`${davit.url}/containers/site/network`);
    await untilLive(page, words);
    const list = page.getByRole('list', { name: words('containers.tab_network') });
    await expect(list.getByRole('listitem')).toHaveCount(1);
    await page.getByRole('button', { name: words('containers.network.connect') }).click();
    const dialog = page.getByRole('dialog');
    const choice = dialog.getByLabel(words('networks.network'), { exact: true });
    const option = choice.getByRole('option').filter({ hasText: 'second' });
    await choice.selectOption((await option.getAttribute('value')) ?? '');
    await dialog.getByLabel(words('networks.aliases'), { exact: true }).fill('www');
    await dialog.getByRole('button', { name: words('networks.connectAction') }).click();
    await expect(dialog).toBeHidden();
    const [endpoint] = (await owner.trpc.networks.get.query({ networkId: 'second' })).endpoints;
    const row = list.getByRole('listitem').filter({ has: page.getByRole('link', { name: 'second', exact: true }) });
    await expect(row).toContainText(endpoint?.address ?? 'no address');
    await expect(row).toContainText(endpoint?.mac ?? 'no address');
    await expect(row).toContainText(`site, www, ${endpoint?.containerId.slice(0, 12)}`);
    await page.getByRole('button', { name: words('containers.network.disconnectOf', { name: 'second' }) }).click();
    await dialog.getByRole('button', { name: words('networks.disconnectAction') }).click();
    await expect(dialog).toBeHidden();
    await expect(list.getByRole('listitem')).toHaveCount(1);
  }
});

test('2.7 Storage shows each mount with source, mode and size', async ({ page }) => {
  await run('store', {
    mounts: [
      { type: 'volume', name: 'store-data', target: '/data' },
      { type: 'bind', source: '/etc', target: '/host', readOnly: true },
      { type: 'tmpfs', target: '/run', sizeBytes: MIB },
    ],
  });
  await page.goto(`${davit.url}/containers/store/storage`);
  const row = (target: string) =>
    page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: target, exact: true }) });
  await expect(row('/data').getByRole('link', { name: 'store-data' })).toHaveAttribute('href', '/volumes/store-data');
  await expect(row('/data')).toContainText(t('containers.storage.rw'));
  await expect(row('/data')).toContainText(/\d+(\.\d+)?\s(B|KiB)/);
  await expect(row('/host')).toContainText('/etc');
  await expect(row('/host')).toContainText(t('containers.storage.ro'));
  await expect(row('/run')).toContainText(t('containers.storage.atMost', { size: '1\u00a0MiB' }));
  await expect(row('/')).toContainText('busybox:1');
  await speak(page, davit, 'zh');
  await page.reload();
  await expect(row('/host')).toContainText(inChinese('containers.storage.ro'));
  await expect(row('/run')).toContainText(inChinese('containers.storage.atMost', { size: '1\u00a0MiB' }));
});

test('1.17 a container stopped by its memory limit names limit and exit code in one sentence, in both languages', async ({
  page,
}) => {
  const resources = { memoryBytes: 16 * MIB, memorySwapBytes: 16 * MIB };
  const labels = { 'com.docker.compose.project': 'shop' };
  await run('eater', { command: ['tail', '/dev/zero'], resources, labels });
  await expect
    .poll(async () => (await owner.trpc.containers.get.query({ containerId: 'eater' })).stopReason?.kind)
    .toBe('oom');
  const values = { limit: '16\u00a0MiB', exitCode: 137 };
  await page.goto(`${davit.url}/containers/eater`);
  await expect(card(page, t('containers.whyStopped'))).toContainText(t('stopReason.oom', values));
  await expect(card(page, t('containers.facts'))).toContainText(t('containers.endedByKernel', { at: '' }));
  const limits = card(page, t('containers.limits.title'));
  await expect(limits).toContainText(t('containers.limits.reached', values));
  await expect(limits.getByText(t('containers.limits.swap')).locator('..')).toContainText(t('containers.noLimit'));
  await page.getByRole('main').getByRole('link', { name: 'shop', exact: true }).first().click();
  await expect(page).toHaveURL(/\/containers\?q=stack%3Ashop$/);
  await expect(page.getByRole('link', { name: 'eater', exact: true })).toBeVisible();
  await speak(page, davit, 'zh');
  await page.goto(`${davit.url}/containers/eater`);
  await expect(card(page, inChinese('containers.whyStopped'))).toContainText(inChinese('stopReason.oom', values));
});

test('a failing health check is told with its streak and what its probe printed', async ({ page }) => {
  await run('sick', {
    healthcheck: { test: ['CMD-SHELL', 'echo no answer on 8080; exit 3'], intervalMs: 500, retries: 1 },
  });
  await page.goto(`${davit.url}/containers/sick`);
  await expect(page.getByRole('heading', { level: 1 })).toContainText(t('state.unhealthy'), { timeout: 30_000 });
  const health = card(page, t('containers.health.title'));
  await expect(health).toContainText('no answer on 8080');
  await expect(health.getByRole('list').getByRole('listitem').first()).toContainText(/exit 3 in/);
});

test('limits change as it runs, and what changes is told before', async ({ page }) => {
  await run('limited', { resources: { memoryBytes: 64 * MIB } });
  await page.goto(`${davit.url}/containers/limited/edit`);
  await untilLive(page);
  const apply = page.getByRole('button', { name: /^Apply/ });
  await expect(apply).toBeDisabled();
  const memory = page.getByRole('textbox', { name: t('create.fields.memory'), exact: true });
  await memory.fill('1m');
  await expect(page.getByText(t('error.memory_too_small'))).toBeVisible();
  await memory.fill('128m');
  await page.getByRole('textbox', { name: t('create.fields.pidsLimit'), exact: true }).fill('40');
  await page.getByRole('combobox', { name: t('create.restart'), exact: true }).selectOption('always');
  const changes = page.getByRole('list', { name: t('containers.edit.changes') }).getByRole('listitem');
  await expect(changes).toHaveCount(3);
  await expect(changes.first()).toContainText('64m');
  await expect(changes.first()).toContainText('128m');
  await page.getByRole('button', { name: t('containers.edit.apply', { count: 3 }) }).click();
  await page.waitForURL(`${davit.url}/containers/limited`);
  const { config, state } = await owner.trpc.containers.get.query({ containerId: 'limited' });
  expect(state.status).toBe('running');
  expect(config.resources).toMatchObject({ memoryBytes: 128 * MIB, pidsLimit: 40 });
  expect(config.restart.name).toBe('always');
});

test('a container is committed to an image and exported from its menu', async ({ page }) => {
  await run('source');
  await page.goto(`${davit.url}/containers/source`);
  await untilLive(page);
  const menu = page.getByRole('button', { name: t('containers.actionsOf', { name: 'source' }) });
  await menu.click();
  await page.getByRole('menuitem', { name: t('containers.commitDots') }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(t('images.reference'), { exact: true }).fill('made/here:1');
  await dialog.getByRole('button', { name: t('containers.commit.action') }).click();
  await expect(dialog).toBeHidden();
  await expect
    .poll(async () => (await owner.trpc.images.list.query({})).flatMap(({ references }) => references))
    .toContain('made/here:1');
  await menu.click();
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: t('containers.export') }).click();
  expect((await download).suggestedFilename()).toBe('source.tar');
  await (await download).cancel();
});

test('a duplicate begins with the same settings, a free name and who holds its port', async ({ page }) => {
  const port = await freePort();
  await run('origin', { ports: [{ containerPort: 80, hostPort: port }], labels: { team: 'shop' } });
  await page.goto(`${davit.url}/containers/origin/duplicate`);
  await untilLive(page);
  await expect(page.getByRole('textbox', { name: t('create.name'), exact: true })).toHaveValue('origin-2');
  const address = '0.0.0.0';
  await expect(page.getByText(t('error.port_in_use', { port: String(port), address, holder: 'origin' }))).toBeVisible();
  await page.getByRole('textbox', { name: t('create.hostPort'), exact: true }).fill('');
  await page.getByRole('button', { name: t('create.submit') }).click();
  await page.waitForURL(`${davit.url}/containers/origin-2`);
  const { config } = await owner.trpc.containers.get.query({ containerId: 'origin-2' });
  expect([config.labels, config.command]).toEqual([{ team: 'shop' }, ['sleep', '3600']]);
});

test('processes stand under what started them, and one of them is sent a signal', async ({ page }) => {
  await run('many', { command: ['sh', '-c', 'sleep 3601 & sleep 3602 & while true; do wait; sleep 3603; done'] });
  await page.goto(`${davit.url}/containers/many/processes`);
  const rows = page.getByRole('row');
  const rowOf = (command: string) => rows.filter({ has: page.getByText(command, { exact: true }) });
  await expect(rowOf('sleep 3601')).toBeVisible();
  // Two readings tell how much of a core it uses; one that sleeps uses nothing.
  await expect(rowOf('sleep 3602')).toContainText(/\D0\.0\s%/);
  // Its first line is the head, the second the shell that started the others.
  await expect(rows.nth(1)).toContainText('sh -c');
  const leftOf = async (command: string) => (await page.getByText(command, { exact: true }).boundingBox())?.x ?? 0;
  const indented = await leftOf('sleep 3601');
  await page.getByRole('button', { name: t('containers.processFlat') }).click();
  await expect.poll(() => leftOf('sleep 3601')).toBeLessThan(indented);
  await expect(page).toHaveURL(/view=flat/);
  await rowOf('sleep 3601').getByRole('button').click();
  const dialog = page.getByRole('alertdialog').or(page.getByRole('dialog'));
  await dialog.getByRole('button', { name: /SIGTERM/ }).click();
  await expect(rowOf('sleep 3601')).toHaveCount(0);
  await expect(rowOf('sleep 3602')).toBeVisible();
});
