// The main job in one browser: set up, import, run, look at page, log and terminal, survive a crash, remove it.
import { writeFile } from 'node:fs/promises';
import { expect, type Page, test } from '@playwright/test';
import { type DavitProcess, startDavit } from '../davit-process.ts';
import { nginxRootfs } from '../fixtures/nginx-rootfs.ts';
import { freePort } from '../free-port.ts';
import { findTraces } from '../kernel-traces.ts';
import {
  collectTexts,
  fillCreateForm,
  openTerminal,
  setUpByPage,
  signedIn,
  typeCommand,
  untilLive,
  watchConsole,
} from './steps.ts';
import { t } from './words.ts';

const IMAGE = 'nginx:bookworm';
// The package logs to a file; a container's log is what the program writes to its output.
const COMMAND = `sh -c "ln -sf /dev/stdout /var/log/nginx/access.log && exec nginx -g 'daemon off;'"`;

let davit: DavitProcess;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  await nginxRootfs();
  davit = await startDavit({ launcher: true });
});

test.afterEach(async ({ page: _page }, info) => {
  if (info.status !== info.expectedStatus) await writeFile(info.outputPath('server.log'), davit.output());
});

test.afterAll(async () => {
  await davit[Symbol.asyncDispose]();
});

test('the main job: from the setup code to a removed container, with the server killed in the middle', async ({
  page,
}) => {
  test.setTimeout(240_000);
  const problems = watchConsole(page);
  await test.step('set up with the code of ./davit admin setup-code', async () =>
    setUpByPage(page, davit, await davit.admin(['setup-code'])));
  await test.step('import a root file system', () => importImage(page));
  const port = await test.step('create a container that publishes a port', () => runNginx(page));
  await test.step('its page answers and the log shows the request', () => seeRequestInLog(page, port));
  await test.step('a terminal runs a command', async () => {
    await openTerminal(page);
    await typeCommand(page, 'echo from-$((40+2))', 'from-42');
  });
  expect(problems, 'errors in the console').toEqual([]);
  await test.step('the server is killed, the page says so and heals', () => crash(page, port));
  await test.step('the terminal is there again, with what it showed', async () => {
    await openTerminal(page);
    await typeCommand(page, 'echo again-$((40+3))', 'again-43');
  });
  await test.step('stop and remove the container', () => removeContainer(page));
  await test.step('delete its image', () => removeImage(page));
  await test.step('nothing is left', async () => {
    await expect.poll(() => findTraces(davit), { timeout: 15_000 }).toEqual([]);
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
    // It prints one line for each difference, and fails when there is one.
    expect(await davit.admin(['verify'])).toBe('');
  });
});

async function importImage(page: Page): Promise<void> {
  await page.getByRole('link', { name: t('home.stepImageAction') }).click();
  const chooser = page.waitForEvent('filechooser');
  await page.locator('label').getByText(t('images.file'), { exact: true }).click();
  await (await chooser).setFiles(await nginxRootfs());
  await page.getByLabel(t('images.reference'), { exact: true }).fill(IMAGE);
  const progress = await collectTexts(page, t('op.bytesOf', { done: '@', total: '@' }));
  await page
    .getByRole('main')
    .getByRole('button', { name: t('images.actions.import', { count: 1 }) })
    .click();
  await expect.poll(progress, { timeout: 30_000 }).not.toEqual([]);
  await page
    .getByRole('link', { name: t('nav.images'), exact: true })
    .first()
    .click();
  await expect(page.getByRole('link', { name: IMAGE, exact: true })).toBeVisible({ timeout: 60_000 });
}

async function runNginx(page: Page): Promise<number> {
  const port = await freePort();
  await page
    .getByRole('link', { name: t('nav.containers'), exact: true })
    .first()
    .click();
  await page
    .getByRole('link', { name: t('containers.run') })
    .first()
    .click();
  await fillCreateForm(page, { image: IMAGE, name: 'web', command: COMMAND, port: { host: port, container: 80 } });
  await page
    .getByRole('button', { name: t('create.submit') })
    .first()
    .click();
  await expect(page.getByRole('heading', { name: 'web' })).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole('heading', { name: 'web' })).toContainText(t('state.running'), { timeout: 20_000 });
  return port;
}

async function seeRequestInLog(page: Page, port: number): Promise<void> {
  const link = page
    .getByRole('main')
    .getByRole('link', { name: String(port) })
    .first();
  await expect(link).toHaveAttribute('href', new RegExp(`^http://127\\.0\\.0\\.1:${port}/`));
  const popup = page.waitForEvent('popup');
  await link.click();
  const opened = await popup;
  await expect(opened.getByRole('heading', { name: /nginx/i })).toBeVisible({ timeout: 20_000 });
  await opened.goto(`http://127.0.0.1:${port}/missing-page`);
  await page.getByRole('link', { name: t('containers.tab_logs'), exact: true }).click();
  await expect(page.getByRole('log').getByText('missing-page').first()).toBeVisible();
  await opened.goto(`http://127.0.0.1:${port}/while-watching`);
  await expect(page.getByRole('log').getByText('while-watching').first()).toBeVisible();
  await opened.close();
}

async function crash(page: Page, port: number): Promise<void> {
  const before = (await (await signedIn(davit)).trpc.containers.get.query({ containerId: 'web' })).state;
  await page.getByRole('link', { name: t('containers.tab_overview') }).click();
  await expect(page).toHaveURL(/\/containers\/web$/);
  await expect(page.getByRole('heading', { name: t('containers.facts') })).toBeVisible();
  await untilLive(page);
  await page.evaluate(() => Object.assign(window, { davitNotReloaded: true }));
  await davit.kill();
  await expect(page.getByText(t('connection.banner'))).toBeVisible({ timeout: 3_000 });
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
  await davit.start();
  await davit.untilReady();
  await untilLive(page);
  await expect(page.getByText(t('connection.banner'))).toBeHidden();
  expect(await page.evaluate(() => 'davitNotReloaded' in window)).toBe(true);
  await expect(page.getByRole('heading', { name: 'web' })).toContainText(t('state.running'));
  const { state } = await (await signedIn(davit)).trpc.containers.get.query({ containerId: 'web' });
  expect(state).toEqual(before);
}

async function removeContainer(page: Page): Promise<void> {
  await page.getByRole('button', { name: t('containers.stop'), exact: true }).click();
  await expect(page.getByRole('heading', { name: 'web' })).toContainText(t('state.exited', { code: 0 }), {
    timeout: 20_000,
  });
  await page.getByRole('button', { name: t('containers.actionsOf', { name: 'web' }) }).click();
  await page.getByRole('menuitem', { name: t('containers.removeDots') }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: t('containers.removeAction', { count: 1 }) })
    .click();
  await expect(page).toHaveURL(/\/containers$/);
}

async function removeImage(page: Page): Promise<void> {
  await page
    .getByRole('link', { name: t('nav.images'), exact: true })
    .first()
    .click();
  await page.getByRole('button', { name: t('images.actionsOf', { name: IMAGE }) }).click();
  await page.getByRole('menuitem', { name: t('images.removeDots') }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: new RegExp(`^${t('images.removeAction', { size: '' }).replace(/[, ]*$/, '')}`) })
    .click();
  // The image leaves the list first; the dialog closes when its bytes are gone too.
  await expect(page.getByText(t('images.empty'), { exact: true })).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole('dialog')).toHaveCount(0, { timeout: 60_000 });
}
