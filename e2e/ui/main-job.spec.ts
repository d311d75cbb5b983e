// A newcomer's first job in a real browser: set up, import, run, look at page, log and operations.

import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { busyboxRootfs } from '#engine/testing/busybox-rootfs.ts';
import { createApiClient } from '../api-client.ts';
import { type DavitProcess, startDavit } from '../davit-process.ts';

const PASSWORD = 'a long enough passphrase';

let davit: DavitProcess;
let folder: string;

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'davit-ui-'));
  davit = await startDavit();
  await davit.untilReady();
});

test.afterAll(async () => {
  // Containers outlive their server: they are removed through it, or nothing ends them.
  const { trpc } = createApiClient(davit.url);
  await trpc.session.signIn.mutate({ name: 'anna', password: PASSWORD });
  for (const { id } of await trpc.containers.list.query({})) {
    await trpc.containers.remove.mutate({ containerId: id, force: true });
  }
  await davit[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** Every problem that the browser itself reports. */
function watchConsole(page: Page): string[] {
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  return problems;
}

test('set-up, import, run and the log, with no error in the console', async ({ page }) => {
  const problems = watchConsole(page);
  const archive = join(folder, 'busybox.tar');
  await writeFile(archive, await busyboxRootfs());

  await page.goto(davit.url);
  await expect(page).toHaveURL(/\/setup$/);
  await page.getByLabel('Setup code').fill(readFileSync(join(davit.dataRoot, 'setup-code'), 'utf8').trim());
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Name').fill('anna');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Create owner and sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Home' })).toBeVisible();

  await page.goto(`${davit.url}/images/import`);
  await page.getByLabel('File').setInputFiles(archive);
  await page.getByLabel('Reference').fill('busybox:1');
  await page.getByRole('main').getByRole('button', { name: 'Import image' }).click();
  await expect(page.getByRole('main').getByRole('link', { name: 'busybox:1', exact: true })).toBeVisible();
  await page.goto(`${davit.url}/images`);
  await expect(page.getByText('busybox:1')).toBeVisible({ timeout: 30_000 });

  await page.goto(`${davit.url}/containers/new`);
  await page.getByRole('combobox', { name: 'Image' }).fill('busybox:1');
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('web');
  await page.getByRole('button', { name: 'Command', exact: true }).click();
  await page.getByRole('textbox', { name: 'Command' }).fill('sh -c "echo ready to serve; sleep 600"');
  await page.getByRole('button', { name: 'Create and start' }).click();
  await expect(page).toHaveURL(/\/containers\/web/);
  await expect(page.getByRole('heading', { name: 'web' })).toBeVisible();
  await page.goto(`${davit.url}/containers/web/logs`);
  await expect(page.getByText('ready to serve')).toBeVisible();
  await page.goto(`${davit.url}/containers`);
  await expect(page.getByRole('link', { name: 'web', exact: true })).toBeVisible();
  expect(problems).toEqual([]);
});

test('who holds a name or a port is read on leaving the field, and a failed create keeps every value', async ({
  page,
}) => {
  await page.goto(`${davit.url}/login`);
  await page.getByLabel('Name').fill('anna');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.locator('form').getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Home' })).toBeVisible();
  const { port } = new URL(davit.url);
  await page.goto(`${davit.url}/containers/new?image=busybox:1`);
  await expect(page.getByRole('combobox', { name: 'Image' })).toHaveValue('busybox:1');
  const name = page.getByRole('textbox', { name: 'Name', exact: true });
  await name.fill('web');
  await name.blur();
  await expect(page.getByText('The name web is taken')).toBeVisible();
  await page.getByRole('button', { name: 'Add port' }).click();
  await page.getByRole('textbox', { name: 'Container port' }).fill('80');
  const hostPort = page.getByRole('textbox', { name: 'Host port' });
  await hostPort.fill(port);
  await hostPort.blur();
  await expect(page.getByText(`Port ${port} on 0.0.0.0 is used by a program of the host`)).toBeVisible();
  await page.getByRole('button', { name: 'Create and start' }).click();
  await expect(page.getByText('Every field still has its value')).toBeVisible();
  await expect(name).toBeFocused();
  await expect(name).toHaveValue('web');
  await expect(hostPort).toHaveValue(port);
  await page.reload();
  await expect(name).toHaveValue('web');
  await expect(page.locator('pre')).toContainText(`-p ${port}:80`);
});

test('a wrong password is refused with the same words as an unknown name', async ({ page }) => {
  for (const name of ['anna', 'nobody']) {
    await page.goto(`${davit.url}/login`);
    await page.getByLabel('Name').fill(name);
    await page.getByLabel('Password', { exact: true }).fill('not the password');
    await page.locator('form').getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByText('Name or password is wrong')).toBeVisible();
  }
});

for (const [locale, title] of [
  ['en', 'Sign in'],
  ['zh', '登录'],
] as const) {
  test(`the sign-in page speaks ${locale} at 360 px without scrolling sideways`, async ({ page, context }) => {
    const problems = watchConsole(page);
    await context.addCookies([{ name: 'davit-locale', value: locale, url: davit.url }]);
    await page.setViewportSize({ width: 360, height: 800 });
    await page.goto(`${davit.url}/login`);
    await expect(page.getByRole('button', { name: title })).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    expect(problems).toEqual([]);
  });
}
