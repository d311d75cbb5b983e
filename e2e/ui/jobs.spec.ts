// The daily jobs of a newcomer, in as many clicks from Home as they are promised to take.
import { truncate, writeFile } from 'node:fs/promises';
import { expect, type Page, test } from '@playwright/test';
import { buildTar } from '#engine/diff/testing/tar-builder.ts';
import { busyboxRootfs } from '#engine/testing/busybox-rootfs.ts';
import { formatBytes } from '../../app/_lib/format.ts';
import type { ApiClient } from '../api-client.ts';
import type { DavitProcess } from '../davit-process.ts';
import { freePort } from '../free-port.ts';
import { collectTexts, enter, fillCreateForm, OWNER, runShop, speak, startOwned, untilLive } from './steps.ts';
import { stretch, within } from './within.ts';
import { LANGUAGES, t } from './words.ts';

let davit: DavitProcess;
let owner: ApiClient;

test.beforeAll(async () => {
  ({ davit, owner } = await startOwned());
  await runShop(owner);
});

test.afterAll(async () => {
  await davit[Symbol.asyncDispose]();
});

/** Home, and how often a person has clicked since; what goes to another page is counted on. */
async function openHome(page: Page): Promise<() => Promise<number>> {
  let clicks = 0;
  await page.exposeFunction('davitClicked', () => {
    clicks += 1;
  });
  await page.addInitScript(() => {
    addEventListener('pointerdown', () => Reflect.get(window, 'davitClicked')(), true);
  });
  await enter(page, davit);
  await page.goto(davit.url);
  await untilLive(page);
  return async () => {
    // What was clicked last has been told when an answer to something later is there.
    await page.evaluate(() => undefined);
    return clicks;
  };
}

const attention = (page: Page) => page.getByRole('main').getByRole('listitem').filter({ hasText: 'shop' }).first();

test('J1 and J2: no click shows what is wrong, one says why, a second mends it; J3: two more lead to its log', async ({
  page,
}) => {
  const clicks = await openHome(page);
  await expect(attention(page)).toContainText(t('stopReason.crashed', { exitCode: 3 }));
  expect(await clicks()).toBe(0);
  await attention(page).getByRole('link', { name: 'shop', exact: true }).click();
  const main = page.getByRole('main');
  await expect(main.getByText(t('stopReason.crashed', { exitCode: 3 }))).toBeVisible({ timeout: 10_000 });
  await expect(main.getByText('no such database').first()).toBeVisible();
  await page.getByRole('button', { name: t('containers.start'), exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(t('state.running'), { timeout: 20_000 });
  expect(await clicks()).toBe(2);

  await page
    .getByRole('navigation', { name: t('containers.tabs') })
    .getByRole('link', { name: t('containers.tab_logs') })
    .click();
  const search = page.getByRole('searchbox', { name: t('logs.search') });
  await search.click();
  await page.keyboard.type('database');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status').filter({ hasText: /\d of \d/ })).toBeVisible(within(500));
  expect(await clicks()).toBe(4);
});

test('a restart loop stays among what needs somebody while a run of it lasts, and its earlier stops are told', async ({
  page,
}) => {
  // Three runs fail, the fourth goes on.
  const script = 'echo >> /runs; [ $(wc -l < /runs) -gt 3 ] && exec sleep 3600; exit 1';
  const restart = { name: 'always' as const, maxRetries: 0 };
  const command = ['sh', '-c', script];
  const config = { image: 'busybox:1', command, stopSignal: 'SIGKILL', restart };
  const { id } = await owner.trpc.containers.run.mutate({ name: 'looper', config });
  const read = () => owner.trpc.containers.get.query({ containerId: id });
  await expect
    .poll(async () => [(await read()).restartCount, (await read()).state.status], { timeout: 60_000 })
    .toEqual([3, 'running']);
  await enter(page, davit);
  await page.goto(davit.url);
  const row = page.getByRole('main').getByRole('listitem').filter({ hasText: 'looper' }).first();
  await expect(row).toContainText(t('home.restartLoop', { count: 3 }));
  await row.getByRole('link', { name: 'looper', exact: true }).click();
  const card = page.locator('section', { has: page.getByRole('heading', { name: t('containers.earlier.title') }) });
  await expect(card.getByText(t('containers.earlier.failed', { exitCode: 1 }))).toHaveCount(3);
  // Among the events it is one line, which opens; its address keeps it open, and a filter keeps it folded.
  await page.goto(`${davit.url}/activity/events?type=container`);
  const lines = page.getByRole('main').getByRole('listitem').filter({ hasText: 'looper' });
  const loop = lines.filter({ hasText: 'looper restarted 3 times' });
  await expect(loop).toHaveCount(1);
  await expect(lines.filter({ hasText: t('event.exitCode', { code: 1 }) })).toHaveCount(0);
  await loop.getByRole('button', { name: t('event.showSteps', { count: 6 }) }).click();
  await expect(page).toHaveURL(new RegExp(`type=container&open=${id}$`));
  await page.reload();
  await expect(loop.getByRole('listitem')).toHaveCount(6);
  await expect(loop.getByRole('listitem').filter({ hasText: t('event.exitCode', { code: 1 }) })).toHaveCount(3);
  const hide = loop.getByRole('button', { name: t('event.hideSteps', { count: 6 }) });
  await hide.focus();
  await owner.trpc.containers.pause.mutate({ containerId: id });
  await expect(lines.filter({ hasText: t('event.by.pause', { actor: OWNER, name: 'looper' }) })).toBeVisible();
  await expect(hide).toBeFocused();
  await hide.press('Enter');
  await expect(loop.getByRole('listitem')).toHaveCount(0);
  await owner.trpc.containers.remove.mutate({ containerId: id, force: true });
});

for (const [locale, words] of LANGUAGES) {
  test(`a container whose memory ran out and that runs again stays among what needs somebody (${locale})`, async ({
    page,
  }) => {
    const name = `eater-${locale}`;
    // Its first run takes more than it may have, the second goes on.
    const script = '[ -e /ran ] && exec sleep 3600; touch /ran; exec dd if=/dev/zero of=/dev/null bs=96M count=4';
    const config = {
      image: 'busybox:1',
      command: ['sh', '-c', script],
      stopSignal: 'SIGKILL',
      restart: { name: 'always' as const, maxRetries: 0 },
      resources: { memoryBytes: 16 << 20, memorySwapBytes: 16 << 20 },
    };
    const { id } = await owner.trpc.containers.run.mutate({ name, config });
    const read = () => owner.trpc.containers.get.query({ containerId: id });
    await enter(page, davit);
    await speak(page, davit, locale);
    await page.goto(davit.url);
    await untilLive(page, words);
    await expect
      .poll(async () => [(await read()).restartCount, (await read()).state.status], { timeout: 60_000 })
      .toEqual([1, 'running']);
    const row = page.getByRole('main').getByRole('listitem').filter({ hasText: name }).first();
    await expect(row).toContainText(words('home.memoryRanOut'));
    await expect(row.getByRole('link', { name: words('containers.raiseLimit') })).toHaveAttribute(
      'href',
      `/containers/${name}/edit`,
    );
    await row.getByRole('button', { name: words('home.dismiss') }).click();
    await expect(page.getByText(words('home.memoryRanOut'))).toHaveCount(0);
    await owner.trpc.containers.remove.mutate({ containerId: id, force: true });
  });
}

test('an operation that failed stays among what needs somebody, whatever comes after it, until it was looked at', async ({
  page,
}) => {
  const broken = await owner.send(`${davit.url}/api/uploads/images/import?reference=broken:1`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-tar' },
    body: new Uint8Array(4096).fill(65),
  });
  const { operationId } = (await broken.json()) as { operationId: string };
  const stateOf = async (id: string) => (await owner.trpc.operations.get.query({ operationId: id })).state;
  await expect.poll(() => stateOf(operationId)).toBe('failed');
  for (let i = 0; i < 21; i += 1) {
    const { operationId: later } = await owner.trpc.images.prune.mutate({});
    await expect.poll(() => stateOf(later), { intervals: [20] }).toBe('succeeded');
  }
  await enter(page, davit);
  await page.goto(davit.url);
  const row = page.getByRole('main').getByRole('listitem').filter({ hasText: 'broken:1' });
  await expect(row).toContainText(t('error.not_tar'));
  await row.getByRole('link', { name: 'broken:1' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('broken:1');
  await page.goBack();
  await expect(page.getByRole('heading', { level: 1, name: t('home.title') })).toBeVisible();
  await expect(page.getByRole('heading', { name: t('home.latestEvents') })).toBeVisible();
  await expect(row).toHaveCount(0);
});

test('J4: two clicks lead to a shell, without a form', async ({ page }) => {
  const clicks = await openHome(page);
  await page
    .getByRole('link', { name: new RegExp(`^${t('nav.containers')}`) })
    .first()
    .click();
  await page.getByRole('link', { name: t('containers.terminalOf', { name: 'shop' }) }).click();
  await expect(page.locator('.xterm-rows')).toContainText(/[#$] /, within(1_000));
  expect(await clicks()).toBe(2);
});

test('J7: who uses what is on Home, and two clicks list what can go, with its bytes', async ({ page }) => {
  await owner.trpc.volumes.create.mutate({ newName: 'idle' });
  const clicks = await openHome(page);
  for (const title of ['cpu', 'memory', 'disk']) {
    // The heading goes on with how much there is.
    await expect(page.getByRole('heading', { name: new RegExp(`^${t(`home.${title}`)}`) })).toBeVisible();
  }
  await page
    .getByRole('link', { name: t('nav.volumes'), exact: true })
    .first()
    .click();
  await page.getByRole('button', { name: t('volumes.pruneDots') }).click();
  await expect(page.getByRole('dialog')).toContainText('idle', within(3_000));
  expect(await clicks()).toBe(2);
});

test('J7: what a list of images promises to free is what is freed, to the byte', async ({ page }) => {
  await owner.send(`${davit.url}/api/uploads/images/import?reference=spare:1`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-tar' },
    body: new Uint8Array(buildTar([{ name: 'spare', data: 'nobody runs it '.repeat(12_345) }])),
  });
  const unused = async () => (await owner.trpc.images.list.query({})).filter(({ usedBy }) => usedBy.length === 0);
  await expect.poll(async () => (await unused()).flatMap(({ references }) => references)).toContain('spare:1');
  const free = await unused();
  const bytes = async () => (await owner.trpc.images.usage.query({})).totalBytes;
  const before = await bytes();
  const { freedBytes } = await owner.trpc.images.removal.query({ imageIds: free.map(({ id }) => id) });
  expect(freedBytes).toBeGreaterThan(0);
  await enter(page, davit);
  await page.goto(`${davit.url}/images`);
  await page.getByRole('button', { name: t('images.pruneUnused', { count: free.length }) }).click();
  const dialog = page.getByRole('dialog');
  const size = formatBytes(freedBytes);
  const confirm = dialog.getByRole('button', { name: t('images.removeManyAction', { count: free.length, size }) });
  await expect(confirm).toBeVisible(within(3_000));
  await expect(dialog).toContainText('spare:1');
  await confirm.click();
  await expect(dialog).toHaveCount(0);
  expect(before - (await bytes())).toBe(freedBytes);
});

test('J5: two clicks and four fields make a web server, within a minute', async ({ page }) => {
  const site = new URLSearchParams({ reference: 'site:1', change: 'CMD ["httpd", "-f", "-p", "80", "-h", "/www"]' });
  await owner.send(`${davit.url}/api/uploads/images/import?${site}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-tar' },
    body: new Uint8Array(await busyboxRootfs()),
  });
  await expect
    .poll(async () => (await owner.trpc.images.list.query({})).flatMap(({ references }) => references))
    .toContain('site:1');
  const port = await freePort();
  const clicks = await openHome(page);
  const startedAt = Date.now();
  await page
    .getByRole('link', { name: new RegExp(`^${t('nav.containers')}`) })
    .first()
    .click();
  // Home has such a link too, which goes while it is pressed.
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(t('containers.title'));
  await page
    .getByRole('main')
    .getByRole('link', { name: t('containers.run') })
    .first()
    .click();
  await expect(page).toHaveURL(/\/containers\/new/);
  expect(await clicks()).toBe(2);
  await fillCreateForm(page, { image: 'site:1', name: 'site', port: { host: port, container: 80 } });
  await page
    .getByRole('button', { name: t('create.submit') })
    .first()
    .click();
  await expect(page).toHaveURL(/\/containers\/site$/, { timeout: 30_000 });
  await expect(page.getByRole('heading', { level: 1 })).toContainText(t('state.running'));
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toContain('hello from a container');
  expect(Date.now() - startedAt).toBeLessThan(60_000);
});

test('J8: two clicks lead to an upload, whose progress is told at once, keeps moving and goes on beside other pages', async ({
  page,
}, info) => {
  const path = info.outputPath('own.tar');
  // What follows the end of an archive is read and not kept.
  await writeFile(path, await busyboxRootfs());
  await truncate(path, 24 << 20);
  const clicks = await openHome(page);
  await page
    .getByRole('link', { name: t('nav.images'), exact: true })
    .first()
    .click();
  await page
    .getByRole('main')
    .getByRole('link', { name: t('images.import'), exact: true })
    .click();
  await expect(page).toHaveURL(/\/images\/import$/);
  expect(await clicks()).toBe(2);
  const network = await page.context().newCDPSession(page);
  await network.send('Network.enable');
  // As over a slower line: a loopback is done before anybody could look.
  await network.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: 2 << 20,
  });
  await page.getByRole('main').locator('input[type=file]').setInputFiles(path);
  await page.getByLabel(t('images.reference'), { exact: true }).fill('own:1');
  const texts = await collectTexts(page, t('op.bytesOf', { done: '@', total: '@' }));
  const sent = async () => new Set(await texts()).size;
  const startedAt = Date.now();
  await page.getByRole('button', { name: t('images.actions.import', { count: 1 }) }).click();
  await expect.poll(sent, { intervals: [50] }).toBeGreaterThan(1);
  const firstMs = Date.now() - startedAt;
  await expect.poll(sent, { intervals: [50] }).toBeGreaterThan(6);
  const perSecond = 6_000 / (Date.now() - startedAt);
  process.stdout.write(`first bytes told after ${firstMs} ms, ${perSecond.toFixed(1)} updates a second\n`);
  expect(firstMs).toBeLessThan(within(1_000).timeout);
  expect(perSecond).toBeGreaterThanOrEqual(2 / stretch());

  await page
    .getByRole('link', { name: t('nav.networks'), exact: true })
    .first()
    .click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(t('networks.title'));
  await expect
    .poll(async () => (await owner.trpc.images.list.query({})).flatMap(({ references }) => references), {
      timeout: 60_000,
    })
    .toContain('own:1');
});
