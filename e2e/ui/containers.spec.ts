// Making, watching and removing containers; product sentences 1.5 to 1.8, 1.16, 1.17 and 1.20.

import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import Database from 'better-sqlite3';
import type { ApiClient } from '../api-client.ts';
import { type DavitProcess, startDavit } from '../davit-process.ts';
import { freePort } from '../free-port.ts';
import {
  addUser,
  enter,
  fillCreateForm,
  importBusybox,
  rowOf,
  setUpOwner,
  signedIn,
  speak,
  untilLive,
  watchConsole,
} from './steps.ts';
import { within } from './within.ts';
import { inChinese, LANGUAGES, t } from './words.ts';

const IMAGE = 'busybox:1';
const VIEWER = 'vera';

let davit: DavitProcess;
let owner: ApiClient;

test.beforeAll(async () => {
  davit = await startDavit();
  owner = await setUpOwner(davit);
  await addUser(davit, VIEWER, 'viewer');
  await importBusybox(owner, davit, IMAGE);
  const config = { image: IMAGE, command: ['httpd', '-f', '-p', '80', '-h', '/www'], ports: [{ containerPort: 80 }] };
  const { id } = await owner.trpc.containers.create.mutate({ name: 'site', config });
  await owner.trpc.containers.start.mutate({ containerId: id });
});

test.afterAll(async () => {
  await davit[Symbol.asyncDispose]();
});

async function create(name: string, command: string[], resources = {}): Promise<string> {
  const { id } = await owner.trpc.containers.create.mutate({ name, config: { image: IMAGE, command, resources } });
  return id;
}

test('1.5 name, image and port are filled in, and the page is reachable by the link in the Ports column', async ({
  page,
}) => {
  await enter(page, davit);
  const port = await freePort();
  const startedAt = Date.now();
  await page.goto(`${davit.url}/containers/new`);
  const command = 'httpd -f -p 80 -h /www';
  await fillCreateForm(page, { image: IMAGE, name: 'quick', command, port: { host: port, container: 80 } });
  await page
    .getByRole('button', { name: t('create.submit') })
    .first()
    .click();
  await expect(page).toHaveURL(/\/containers\/quick$/);
  await page.goto(`${davit.url}/containers`);
  const link = rowOf(page, 'quick').getByRole('link', { name: String(port) });
  const popup = page.waitForEvent('popup');
  await link.click();
  await expect((await popup).getByText('hello from a container')).toBeVisible();
  expect(Date.now() - startedAt).toBeLessThan(60_000);
});

test('1.6 a taken port: on blur it says who holds it, and a failed create keeps every value', async ({ page }) => {
  await enter(page, davit);
  const [site] = (await owner.trpc.containers.list.query({})).filter(({ name }) => name === 'site');
  const host = site?.ports[0]?.hostPort ?? 0;
  await page.goto(`${davit.url}/containers/new`);
  await fillCreateForm(page, { image: IMAGE, name: 'second', command: 'sleep 600', port: { host, container: 80 } });
  const sentence = t('error.port_in_use', { port: String(host), address: '0.0.0.0', holder: 'site' });
  await expect(page.getByText(sentence).first()).toBeVisible();
  await page
    .getByRole('button', { name: t('create.submit') })
    .first()
    .click();
  const failed = page.getByRole('alert').filter({ hasText: t('create.failed') });
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await failed.getByRole('button', { name: t('ui.copyRequestId') }).click();
  await expect(failed.getByRole('button', { name: t('ui.copied') })).toBeVisible();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toMatch(/^[\w-]{8,}$/);
  await expect(failed.getByText(t('ui.requestId', { id: copied }), { exact: true })).toBeVisible();
  await expect(page.getByRole('combobox', { name: t('create.image'), exact: true })).toHaveValue(IMAGE);
  await expect(page.getByRole('textbox', { name: t('create.name'), exact: true })).toHaveValue('second');
  await expect(page.getByRole('textbox', { name: t('create.fields.command'), exact: true })).toHaveValue('sleep 600');
  await expect(page.getByRole('textbox', { name: t('create.hostPort') })).toHaveValue(String(host));
  await speak(page, davit, 'zh');
  await page.reload();
  const port = page.getByRole('textbox', { name: inChinese('create.hostPort'), exact: true });
  await expect(port).toHaveValue(String(host));
  await port.focus();
  await port.blur();
  const inOtherWords = inChinese('error.port_in_use', { port: String(host), address: '0.0.0.0', holder: 'site' });
  await expect(page.getByText(inOtherWords).first()).toBeVisible();
  expect((await owner.trpc.containers.list.query({})).map(({ name }) => name)).not.toContain('second');
});

test('1.6 a taken name is said when the field is left, and a draft is there again after a reload', async ({ page }) => {
  await enter(page, davit);
  await page.goto(`${davit.url}/containers/new`);
  await fillCreateForm(page, { image: IMAGE, name: 'site', command: 'sleep 60' });
  const name = page.getByRole('textbox', { name: t('create.name'), exact: true });
  await name.focus();
  await name.blur();
  await expect(page.getByText(t('error.name_taken', { name: 'site' }))).toBeVisible();
  await name.fill('site-2');
  await name.blur();
  await expect(page.getByText(t('error.name_taken', { name: 'site' }))).toHaveCount(0);
  await page.reload();
  await expect(page.getByText(t('create.restored'))).toBeVisible();
  await expect(name).toHaveValue('site-2');
  await expect(page.getByRole('combobox', { name: t('create.image'), exact: true })).toHaveValue(IMAGE);
});

test('what is selected stands in the address, and a colleague who opens it has the same rows selected', async ({
  page,
  browser,
}) => {
  for (const name of ['chosen-1', 'chosen-2', 'chosen-3']) await create(name, ['sleep', '60']);
  await enter(page, davit);
  await page.goto(`${davit.url}/containers?q=chosen`);
  for (const name of ['chosen-1', 'chosen-3']) await rowOf(page, name).getByRole('checkbox').check();
  await expect(page).toHaveURL(/\?q=chosen&sel=chosen-1%2Cchosen-3$/);
  const entries = await page.evaluate(() => history.length);
  await rowOf(page, 'chosen-1').getByRole('checkbox').uncheck();
  await rowOf(page, 'chosen-2').getByRole('checkbox').check();
  await expect(page).toHaveURL(/&sel=chosen-2%2Cchosen-3$/);
  expect(await page.evaluate(() => history.length)).toBe(entries);
  // Another change of the address leaves it as it is.
  await page.getByRole('button', { name: new RegExp(`^${t('containers.stopped')}`) }).click();
  await expect(page).toHaveURL(/sel=chosen-2%2Cchosen-3/);
  await expect(page).toHaveURL(/state=stopped/);

  const colleague = await browser.newContext();
  const other = await colleague.newPage();
  await enter(other, davit);
  await other.goto(page.url().replace('chosen-3', 'gone%2Cchosen-3'));
  const bar = other.getByRole('region', { name: t('ui.selection') });
  await expect(bar).toContainText(t('ui.selected', { count: 2 }));
  await expect(rowOf(other, 'chosen-2').getByRole('checkbox')).toBeChecked();
  await expect(rowOf(other, 'chosen-1').getByRole('checkbox')).not.toBeChecked();
  await bar.getByRole('button', { name: t('ui.clearSelection') }).click();
  await expect(other).not.toHaveURL(/sel=/);
  await colleague.close();
});

test('in a table that is wider than its page the head, the state and the name stay in sight, over all that passes under them', async ({
  page,
}) => {
  for (let i = 10; i < 22; i += 1) await create(`wide-${i}`, ['sleep', '60']);
  await enter(page, davit);
  const cols = 'state,name,image,cpu,memory,ports,uptime,networks,mounts,created,command,id';
  await page.setViewportSize({ width: 800, height: 700 });
  await page.goto(`${davit.url}/containers?cols=${cols}`);
  await untilLive(page);
  const row = rowOf(page, 'site');
  const name = row.locator('td').filter({ has: page.getByRole('link', { name: 'site', exact: true }) });
  const head = page.getByRole('columnheader', { name: t('containers.column_name') });
  const box = page.locator('.table-box');
  await box.evaluate((element) => element.scrollTo({ left: 400 }));
  const state = row.locator('td').filter({ hasText: t('state.running') });
  const leftOf = async (cell: typeof name) => (await cell.boundingBox())?.x ?? Number.NaN;
  const boxLeft = await leftOf(box);
  for (const [cell, from, to] of [
    [state, 0, 60],
    [name, 100, 240],
    [head, 100, 240],
  ] as const) {
    await expect.poll(() => leftOf(cell)).toBeGreaterThan(boxLeft + from);
    expect(await leftOf(cell)).toBeLessThan(boxLeft + to);
  }
  // What passes under them is not seen through them: normal, under the pointer, selected.
  const colorOf = (cell: typeof name) => cell.evaluate((element) => getComputedStyle(element).backgroundColor);
  const seen = [await colorOf(name), await colorOf(head)];
  await name.hover();
  seen.push(await colorOf(name));
  await row.getByRole('checkbox').check();
  seen.push(await colorOf(name));
  for (const color of seen) expect(color).toMatch(/^(rgb\(|oklab|color\(srgb [\d. ]+\)$)/);
  expect(new Set([seen[0], seen[2], seen[3]]).size).toBe(3);
  // Both bars that scroll it are in sight, and so is the head over the last row; the keyboard leads to nothing under it.
  const topOf = async (cell: typeof name) => Math.round((await cell.boundingBox())?.y ?? Number.NaN);
  const headTop = await topOf(head);
  const bar = page.getByRole('region', { name: t('ui.selection') });
  const bottomOf = (of: typeof box) => of.evaluate((element) => element.getBoundingClientRect().bottom);
  await expect.poll(async () => (await topOf(bar)) - (await bottomOf(box))).toBeGreaterThanOrEqual(0);
  const last = rowOf(page, 'wide-21').getByRole('link', { name: 'wide-21', exact: true });
  await row.getByRole('checkbox').uncheck();
  await expect(box).toBeInViewport({ ratio: 1 });
  await page.mouse.wheel(0, 2_000);
  await expect(last).toBeInViewport();
  expect(await topOf(head)).toBe(headTop);
  await last.focus();
  await page.keyboard.press('Home');
  const first = page.locator('[data-row-link]').first();
  await expect(first).toBeFocused();
  expect(await topOf(first)).toBeGreaterThanOrEqual(headTop + 32);
  const place = () => box.evaluate(({ scrollLeft, scrollTop }) => [scrollLeft, scrollTop]);
  expect((await place())[0]).toBe(400);
  // Who comes back finds it where it was.
  await box.evaluate((element) => element.scrollTo({ left: 300, top: 60 }));
  await expect.poll(() => page.evaluate(() => history.state.tablePlace)).toEqual([300, 60]);
  await rowOf(page, 'wide-12').getByRole('link', { name: 'wide-12', exact: true }).click();
  await expect(page).toHaveURL(/\/containers\/wide-12$/);
  await page.goBack();
  await expect.poll(place).toEqual([300, 60]);
  await page.setViewportSize({ width: 1900, height: 700 });
  await page.goto(`${davit.url}/containers`);
  await expect(name).toHaveCSS('position', 'static');
  // With room for all columns it is the page that is scrolled, under the head at its top.
  await page.setViewportSize({ width: 1440, height: 500 });
  await expect(box).not.toHaveAttribute('data-sideways');
  await page.evaluate(() => scrollTo({ top: document.body.scrollHeight }));
  await expect(last).toBeInViewport();
  await expect.poll(() => topOf(head)).toBe(48);
});

test('1.7 a viewer sees a row change within a second, without a reload, with selection and scroll as they were', async ({
  page,
}) => {
  for (let i = 10; i < 30; i += 1) await create(`row-${i}`, ['sleep', '600']);
  const id = await create('row-busy', ['sleep', '600']);
  await enter(page, davit, VIEWER);
  await page.setViewportSize({ width: 1200, height: 500 });
  await page.goto(`${davit.url}/containers?sort=name`);
  await untilLive(page);
  const row = rowOf(page, 'row-busy');
  await row.scrollIntoViewIfNeeded();
  const box = rowOf(page, 'row-29').getByRole('checkbox');
  const selectable = (await box.count()) > 0;
  if (selectable) await box.check();
  await page.evaluate(() => Object.assign(window, { davitNotReloaded: true }));
  const place = await row.boundingBox();
  await owner.trpc.containers.start.mutate({ containerId: id });
  await expect(row).toContainText(t('state.running'), within(1_000));
  await owner.trpc.containers.kill.mutate({ containerId: id });
  await expect(row).toContainText('137', within(1_000));
  expect(await page.evaluate(() => 'davitNotReloaded' in window)).toBe(true);
  expect(await row.boundingBox()).toEqual(place);
  if (selectable) await expect(box).toBeChecked();
});

test('1.8 a viewer finds no start, stop, terminal or remove; by hand they are 403 and leave audit rows', async ({
  page,
}) => {
  await enter(page, davit, VIEWER);
  await page.goto(`${davit.url}/containers/site`);
  await expect(page.getByRole('heading', { name: 'site' })).toBeVisible();
  await expect(page.getByRole('link', { name: t('containers.tab_logs'), exact: true })).toBeVisible();
  for (const verb of ['start', 'stop', 'restart', 'pause', 'removeDots']) {
    const name = t(`containers.${verb}`);
    await expect(page.getByRole('main').getByRole('button', { name, exact: true })).toHaveCount(0);
  }
  await expect(page.getByRole('link', { name: t('containers.tab_terminal'), exact: true })).toHaveCount(0);
  const menu = page.getByRole('button', { name: t('containers.actionsOf', { name: 'site' }) });
  if ((await menu.count()) > 0) {
    await menu.click();
    for (const verb of ['start', 'stop', 'removeDots']) {
      await expect(page.getByRole('menuitem', { name: t(`containers.${verb}`), exact: true })).toHaveCount(0);
    }
  }
  const { trpc } = await signedIn(davit, VIEWER);
  const denied = { data: { httpStatus: 403 } };
  await expect(trpc.containers.start.mutate({ containerId: 'site' })).rejects.toMatchObject(denied);
  await expect(trpc.containers.stop.mutate({ containerId: 'site' })).rejects.toMatchObject(denied);
  await expect(trpc.containers.remove.mutate({ containerId: 'site' })).rejects.toMatchObject(denied);
  await expect(trpc.containers.shells.query({ containerId: 'site' })).rejects.toMatchObject(denied);
  const actions = ['container.start', 'container.stop', 'container.remove'];
  expect(auditRows(VIEWER).filter(({ result }) => result === 'denied')).toMatchObject(
    actions.map((action) => ({ action })),
  );
});

test('1.16 removing three containers lists three names with bytes, focus is on Cancel, a fourth is untouched', async ({
  page,
}) => {
  const names = ['gone-1', 'gone-2', 'gone-3'];
  for (const name of names) await create(name, ['true']);
  await enter(page, davit);
  const dialog = page.getByRole('dialog');
  for (const [locale, words] of LANGUAGES) {
    await speak(page, davit, locale);
    await page.goto(`${davit.url}/containers?q=gone`);
    for (const name of names) await rowOf(page, name).getByRole('checkbox').check();
    await page.getByRole('button', { name: words('containers.removeDots'), exact: true }).click();
    await expect(dialog.getByRole('button', { name: words('containers.removeAction', { count: 3 }) })).toBeVisible();
    await expect(dialog.getByRole('button', { name: words('ui.cancel') })).toBeFocused();
    const images = dialog.getByText(words('containers.removal.staysImages', { images: 1 }), { exact: true });
    await expect(images).toBeVisible();
    await expect(dialog.getByText(words('state.created'), { exact: true })).toHaveCount(3);
    await expect(dialog.getByText(words('containers.removal.freed')).locator('..')).toContainText(/\d\s(B|KiB|MiB)/);
  }
  for (const name of names) await expect(dialog.getByText(name, { exact: true })).toBeVisible();
  await expect(dialog.getByRole('listitem').filter({ hasText: /\d+(\.\d+)?\s(B|KiB|MiB)/ })).toHaveCount(3);
  await expect(dialog.getByRole('button', { name: t('ui.cancel') })).toBeFocused();
  await create('gone-4', ['true']);
  await dialog.getByRole('button', { name: t('containers.removeAction', { count: 3 }) }).click();
  await expect(dialog).toBeHidden();
  await expect(rowOf(page, 'gone-4')).toBeVisible();
  for (const name of names) await expect(rowOf(page, name)).toHaveCount(0);
  const left = (await owner.trpc.containers.list.query({})).map(({ name }) => name);
  expect(left.filter((name) => name.startsWith('gone'))).toEqual(['gone-4']);
});

test('one verb for many is one operation: what failed says why, stays selected and is asked for again', async ({
  page,
}) => {
  await create('many-1', ['sleep', '3600']);
  await create('many-2', ['/no/such/program']);
  await enter(page, davit);
  await page.goto(`${davit.url}/containers?q=many`);
  await untilLive(page);
  for (const name of ['many-1', 'many-2']) await rowOf(page, name).getByRole('checkbox').check();
  const pause = page.getByRole('region', { name: t('ui.selection') }).getByRole('button', {
    name: t('containers.pause'),
    exact: true,
  });
  await expect(pause).toBeDisabled();
  await page.getByRole('button', { name: t('containers.bulk_start', { count: 2 }), exact: true }).click();
  const note = page.getByRole('alert').filter({ hasText: t('containers.verbsFailed', { count: 1 }) });
  await expect(note.getByRole('listitem')).toHaveText(
    `many-2 ${t('error.command_not_found', { command: '/no/such/program' })}`,
  );
  await expect(rowOf(page, 'many-1')).toContainText(t('state.running'));
  await expect(rowOf(page, 'many-2').getByRole('checkbox')).toBeChecked();
  await expect(rowOf(page, 'many-1').getByRole('checkbox')).not.toBeChecked();
  await note.getByRole('button', { name: t('containers.retryFailed', { count: 1 }) }).click();
  await expect(page.getByText(t('containers.verbFailed', { name: 'many-2' }))).toBeVisible();

  const [operation] = (await owner.trpc.operations.list.query({})).filter(({ kind }) => kind === 'containers.start');
  await page.goto(`${davit.url}/activity/operations/${operation?.id}`);
  const course = page.getByRole('list', { name: t('tray.course') });
  await expect(course.getByRole('listitem').filter({ hasText: 'many-2' })).toContainText(t('tray.stepStates.failed'));
  await expect(course.getByRole('listitem').filter({ hasText: 'many-1' })).not.toContainText(
    t('tray.stepStates.failed'),
  );
  // Its own menu among the others, too.
  await page.goto(`${davit.url}/activity/operations?q=many`);
  await page.getByRole('button', { name: t('tray.actionsOf', { name: 'many-1, many-2' }) }).click();
  await page.getByRole('menuitem', { name: t('tray.retry'), exact: true }).click();
  await expect(page.getByRole('row').filter({ hasText: 'many-2' })).toHaveCount(2);
  await expect
    .poll(async () => (await owner.trpc.operations.list.query({})).filter(({ state }) => state === 'running').length)
    .toBe(0);
  for (const name of ['many-1', 'many-2'])
    await owner.trpc.containers.remove.mutate({ containerId: name, force: true });
});

test('the bar names what a verb leaves out, and a change of a chosen row by somebody else is read out', async ({
  page,
}) => {
  await owner.trpc.containers.start.mutate({ containerId: await create('told-1', ['sleep', '3600']) });
  await owner.trpc.containers.start.mutate({ containerId: await create('told-3', ['sleep', '3600']) });
  await create('told-2', ['sleep', '3600']);
  await enter(page, davit);
  await page.goto(`${davit.url}/containers?q=told`);
  await untilLive(page);
  for (const name of ['told-1', 'told-2']) await rowOf(page, name).getByRole('checkbox').check();
  const left = page.getByRole('region', { name: t('ui.selection') }).getByRole('listitem');
  await expect(left.filter({ hasText: 'told-1' })).toHaveText(
    t('containers.misfit', { verbs: t('containers.bulk_start', { count: 0 }), names: 'told-1' }),
  );
  await expect(left.filter({ hasText: 'told-2' })).toContainText(t('containers.bulk_stop', { count: 0 }));
  const said = page.locator('p[aria-live="polite"]').filter({ hasText: 'told-' });
  await expect(said).toHaveCount(0);
  await owner.trpc.containers.kill.mutate({ containerId: 'told-3' });
  await owner.trpc.containers.kill.mutate({ containerId: 'told-1' });
  await expect(said).toHaveText(`told-1: ${t('state.failed', { code: 137 })}`);
  for (const name of ['told-1', 'told-2', 'told-3'])
    await owner.trpc.containers.remove.mutate({ containerId: name, force: true });
});

test('what was started since the list of what goes was shown is refused, and runs on', async ({ page }) => {
  const id = await create('woken', ['sleep', '3600']);
  await enter(page, davit);
  await page.goto(`${davit.url}/containers?q=woken`);
  await untilLive(page);
  await rowOf(page, 'woken').getByRole('checkbox').check();
  await page.getByRole('button', { name: t('containers.removeDots'), exact: true }).click();
  const remove = page.getByRole('dialog').getByRole('button', { name: t('containers.removeAction', { count: 1 }) });
  await expect(remove).toBeEnabled();
  await owner.trpc.containers.start.mutate({ containerId: id });
  await remove.click();
  await expect(page.getByText(t('containers.verbFailed', { name: 'woken' }))).toBeVisible();
  await expect(rowOf(page, 'woken')).toContainText(t('state.running'));
  await owner.trpc.containers.remove.mutate({ containerId: id, force: true });
});

test('1.17 a container stopped by its memory limit says limit and exit code in one sentence', async ({ page }) => {
  const greedy = ['sh', '-c', 'x=0123456789abcdef; while true; do x=$x$x; done'];
  const id = await create('greedy', greedy, { memoryBytes: 16 * 2 ** 20, memorySwapBytes: 16 * 2 ** 20 });
  await enter(page, davit);
  await page.goto(`${davit.url}/containers/greedy`);
  await owner.trpc.containers.start.mutate({ containerId: id });
  const sentence = t('stopReason.oom', { limit: '16 MiB', exitCode: 137 });
  await expect(page.getByText(sentence)).toBeVisible({ timeout: 20_000 });
});

test('1.20 with a network of nothing but the server no request fails and the console has no error', async ({
  page,
}) => {
  const problems = watchConsole(page);
  const foreign: string[] = [];
  await page.context().route(
    (url) => url.origin !== davit.url,
    (route) => {
      foreign.push(route.request().url());
      return route.abort();
    },
  );
  page.on('response', (response) => {
    if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`);
  });
  page.on('requestfailed', (request) => {
    // A page that is left ends its own requests.
    const reason = request.failure()?.errorText;
    if (reason !== 'net::ERR_ABORTED') problems.push(`${reason} ${request.url()}`);
  });
  await enter(page, davit);
  const paths = ['', '/logs', '/terminal', '/processes', '/config'].map((tab) => `/containers/site${tab}`);
  const others = ['/', '/containers', '/containers/new', '/images', '/images/import', '/activity/operations'];
  for (const path of [...others, '/activity/events', '/account', '/shortcuts', ...paths]) {
    await page.goto(`${davit.url}${path}`);
    await expect(page.getByRole('main').getByRole('heading', { level: 1 })).toBeVisible();
    await untilLive(page);
  }
  expect({ problems, foreign }).toEqual({ problems: [], foreign: [] });
});

function auditRows(actorName: string): { action: string; result: string }[] {
  const db = new Database(join(davit.dataRoot, 'davit.db'), { readonly: true });
  try {
    return db.prepare('SELECT action, result FROM AuditRow WHERE actorName = ? ORDER BY seq').all(actorName) as {
      action: string;
      result: string;
    }[];
  } finally {
    db.close();
  }
}
