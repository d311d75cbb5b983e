// Two people at one object, and a server that dies under them.
import { type Browser, expect, type Page, test } from '@playwright/test';
import { claimPool } from '../address-pool.ts';
import type { ApiClient } from '../api-client.ts';
import { type DavitProcess, startDavit } from '../davit-process.ts';
import { addUser, enter, importBusybox, OWNER, setUpOwner, signedIn, speak, untilLive } from './steps.ts';
import { within } from './within.ts';
import { LANGUAGES, t } from './words.ts';

/** What one does is before the other's eyes. */
const SEEN_MS = 1_000;
const TOLD_MS = 3_000;

let davit: DavitProcess;
let owner: ApiClient;

test.beforeAll(async () => {
  davit = await startDavit();
  owner = await setUpOwner(davit);
  await addUser(davit, 'bert', 'admin');
  await importBusybox(owner, davit);
});

test.afterAll(async () => {
  await davit[Symbol.asyncDispose]();
});

async function run(name: string): Promise<string> {
  const config = { image: 'busybox:1', command: ['sleep', '3600'], stopSignal: 'SIGKILL' };
  const { id } = await owner.trpc.containers.run.mutate({ name, config });
  return id;
}

async function openAs(browser: Browser, name: string, path: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await enter(page, davit, name);
  await page.goto(davit.url + path);
  await untilLive(page);
  return page;
}

test('of two people at one container the second sees at once what the first does', async ({ browser }) => {
  await run('shared');
  const first = await openAs(browser, OWNER, '/containers/shared');
  const second = await openAs(browser, 'bert', '/containers/shared');
  const list = await openAs(browser, 'bert', '/containers');
  await first
    .getByRole('main')
    .getByRole('button', { name: t('containers.stop'), exact: true })
    .click();
  await expect(first.getByRole('heading', { level: 1 })).toContainText('137');
  await expect(second.getByRole('heading', { level: 1 })).toContainText('137', within(SEEN_MS));
  await expect(list.getByRole('row').filter({ hasText: 'shared' })).toContainText('137', within(SEEN_MS));

  await owner.trpc.containers.remove.mutate({ containerId: 'shared', force: true });
  for (const page of [first, second]) {
    await expect(page.getByRole('heading', { name: t('containers.removedTitle', { name: 'shared' }) })).toBeVisible(
      within(SEEN_MS),
    );
    await expect(page.getByRole('link', { name: t('containers.toList') })).toBeVisible();
  }
  for (const page of [first, second, list]) await page.context().close();
});

test('a quick verb says that it is done, and is taken back with one press', async ({ browser }) => {
  for (const [locale, words] of LANGUAGES) {
    const name = `back-${locale}`;
    await run(name);
    const page = await openAs(browser, OWNER, `/containers/${name}`);
    await speak(page, davit, locale);
    await page.reload();
    await untilLive(page, words);
    const stateOf = async () => (await owner.trpc.containers.get.query({ containerId: name })).state.status;
    await page
      .getByRole('main')
      .getByRole('button', { name: words('containers.stop'), exact: true })
      .click();
    await expect(page.getByRole('status').filter({ hasText: words('containers.done_stop', { name }) })).toBeVisible();
    await page.getByRole('button', { name: words('ui.undo') }).click();
    await expect.poll(stateOf).toBe('running');
    await page.context().close();
  }
});

test('a new name and a network are taken back with one press, with the names the network knew', async ({ browser }) => {
  const id = await run('named');
  using pool = claimPool();
  const network = await owner.trpc.networks.create.mutate({ name: 'side', subnets: [{ subnet: pool.subnet }] });
  await owner.trpc.networks.connect.mutate({ networkId: 'side', containerId: id, aliases: ['other'] });
  const page = await openAs(browser, OWNER, '/containers/named');
  await page.getByRole('button', { name: t('containers.actionsOf', { name: 'named' }) }).click();
  await page.getByRole('menuitem', { name: t('containers.renameDots') }).click();
  await page.getByLabel(t('containers.newName')).fill('renamed');
  await page.getByLabel(t('containers.newName')).press('Enter');
  await expect(page).toHaveURL(/\/containers\/renamed$/);
  const undo = page.getByRole('button', { name: t('ui.undo') });
  await undo.click();
  await expect(page).toHaveURL(/\/containers\/named$/);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('named');

  await page.goto(`${davit.url}/containers/named/network`);
  await page.getByRole('button', { name: t('containers.network.disconnectOf', { name: 'side' }) }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: t('networks.disconnectAction') })
    .click();
  const side = page.getByRole('main').getByRole('link', { name: 'side', exact: true });
  await expect(side).toHaveCount(0);
  await undo.click();
  await expect(side).toBeVisible();
  const endpoints = async () => (await owner.trpc.networks.get.query({ networkId: 'side' })).endpoints;
  await expect.poll(async () => (await endpoints()).flatMap(({ aliases }) => aliases)).toContain('other');
  await owner.trpc.networks.disconnect.mutate({ networkId: 'side', containerId: id });

  // Why it could not be is told.
  await page.getByRole('button', { name: t('containers.network.connect') }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(t('networks.network')).selectOption(network.id);
  await dialog.getByRole('button', { name: t('networks.connectAction') }).click();
  await expect(side).toBeVisible();
  await owner.trpc.networks.disconnect.mutate({ networkId: 'side', containerId: id });
  await owner.trpc.networks.remove.mutate({ networkId: 'side' });
  await undo.click();
  await expect(page.getByRole('alert').filter({ hasText: t('ui.notUndone', { why: '' }).trim() })).toBeVisible();
  await page.context().close();
});

test('while the one waits for a stop the other sees it, at once, and is offered nothing that crosses it', async ({
  browser,
}) => {
  const command = ['sh', '-c', 'trap "" TERM; while :; do sleep 1; done'];
  const config = { image: 'busybox:1', command, stopTimeoutSeconds: 20 };
  for (const [locale, words] of LANGUAGES) {
    const name = `deaf-${locale}`;
    await owner.trpc.containers.run.mutate({ name, config });
    const first = await openAs(browser, OWNER, `/containers/${name}`);
    const pages = [await openAs(browser, 'bert', `/containers/${name}`), await openAs(browser, 'bert', '/containers')];
    for (const page of pages) {
      await speak(page, davit, locale);
      await page.reload();
      await untilLive(page, words);
    }
    const [second, list] = pages as [Page, Page];
    const stop = second.getByRole('main').getByRole('button', { name: words('containers.stop'), exact: true });
    await expect(stop).toBeEnabled();
    await first
      .getByRole('main')
      .getByRole('button', { name: t('containers.stop'), exact: true })
      .click();
    const row = list.getByRole('row').filter({ hasText: name });
    // From the moment at which the server has the order.
    await expect
      .poll(async () => (await owner.trpc.containers.get.query({ containerId: name })).ending, { intervals: [50] })
      .toBe('stop');
    await expect(second.locator('main')).toContainText(words('state.pending_stop'), within(SEEN_MS));
    await expect(row).toContainText(words('state.pending_stop'), within(SEEN_MS));
    await expect(stop).toBeDisabled();
    await expect(row.getByRole('button', { name: words('containers.stopNamed', { name }) })).toBeDisabled();
    // Who does not want to wait kills it.
    await second.getByRole('button', { name: words('containers.actionsOf', { name }) }).click();
    await expect(second.getByRole('menuitem', { name: words('containers.killDots') })).toBeEnabled();
    await second.keyboard.press('Escape');
    // It says how long it would be waited for, one second less at each.
    for (const place of [second.getByRole('main'), row]) {
      const left = place.getByRole('timer');
      await expect(left).toBeVisible(within(SEEN_MS));
      const before = Number.parseInt((await left.textContent())?.match(/\d+/)?.[0] ?? '', 10);
      expect(before).toBeLessThanOrEqual(20);
      await expect(left).toContainText(new RegExp(`\\b${before - 2} `));
    }
    await expect(second.getByRole('button', { name: words('containers.killNow'), exact: true })).toBeEnabled();
    await row.getByRole('button', { name: words('containers.killNowNamed', { name }) }).click();
    await expect(row).not.toContainText(words('state.pending_stop'));
    await expect(row).toContainText('137');
    for (const page of [first, second, list]) await page.context().close();
  }
});

test('a name that somebody changes is the new one everywhere within a second, in the address too', async ({
  browser,
}) => {
  await run('before');
  const detail = await openAs(browser, 'bert', '/containers/before');
  const list = await openAs(browser, 'bert', '/containers');
  await owner.trpc.containers.rename.mutate({ containerId: 'before', name: 'after' });
  await Promise.all([
    expect(list.getByRole('link', { name: 'after', exact: true })).toBeVisible(within(SEEN_MS)),
    expect(detail.getByRole('heading', { level: 1 })).toContainText('after', within(SEEN_MS)),
  ]);
  await expect(list.getByRole('link', { name: 'before', exact: true })).toHaveCount(0);
  await expect(detail).toHaveURL(/\/containers\/after$/);
  for (const page of [detail, list]) await page.context().close();
});

test('1.13 kill -9 of the server: open pages say so in 3 s and heal by themselves, drafts and containers stay', async ({
  browser,
}) => {
  test.setTimeout(180_000);
  await run('steady');
  const { state } = await owner.trpc.containers.get.query({ containerId: 'steady' });
  for (const [locale, words] of LANGUAGES) {
    const form = await openAs(browser, OWNER, '/containers/new');
    const list = await openAs(browser, 'bert', '/containers');
    const account = await openAs(browser, 'bert', '/account');
    for (const page of [form, list, account]) {
      await speak(page, davit, locale);
      await page.reload();
      await untilLive(page, words);
      await page.evaluate(() => Object.assign(window, { davitNotReloaded: true }));
    }
    const name = form.getByRole('textbox', { name: words('create.name'), exact: true });
    await name.fill('half-typed');
    await davit.kill();
    await Promise.all(
      [form, list, account].map((page) =>
        expect(page.getByText(words('connection.banner'))).toBeVisible(within(TOLD_MS)),
      ),
    );
    // What would be an order cannot be pressed, and says why; what only looks can.
    const stop = list.getByRole('button', { name: words('containers.stopNamed', { name: 'steady' }) });
    const create = form.getByRole('button', { name: words('create.submit') }).first();
    const box = account.getByRole('checkbox', { name: words('account.bits') });
    const zone = account.getByRole('combobox', { name: words('account.zone') });
    for (const button of [stop, create, box, zone]) {
      await expect(button).toBeDisabled(within(TOLD_MS));
      await expect(button).toHaveAttribute('title', words('connection.away'));
    }
    await expect(list.getByRole('button', { name: words('connection.tryNow') })).toBeEnabled();
    await davit.start();
    for (const page of [form, list]) {
      await untilLive(page, words);
      await expect(page.getByText(words('connection.banner'))).toBeHidden();
      expect(await page.evaluate(() => 'davitNotReloaded' in window)).toBe(true);
    }
    await expect(stop).toBeEnabled();
    await expect(name).toHaveValue('half-typed');
    await expect(list.getByRole('row').filter({ hasText: 'steady' })).toContainText(words('state.running'));
    await expect(box).toBeEnabled();
    for (const page of [form, list, account]) await page.context().close();
  }
  owner = await signedIn(davit);
  expect((await owner.trpc.containers.get.query({ containerId: 'steady' })).state).toEqual(state);
});
