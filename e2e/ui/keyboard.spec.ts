// The daily jobs without a mouse: nothing here clicks, points or drags.
import { expect, type Locator, type Page, test } from '@playwright/test';
import type { ApiClient } from '../api-client.ts';
import type { DavitProcess } from '../davit-process.ts';
import { freePort } from '../free-port.ts';
import { tabTo } from './focus.ts';
import { enter, runShop, startOwned, typeCommand, untilLive, watchConsole } from './steps.ts';
import { t } from './words.ts';

let davit: DavitProcess;
let owner: ApiClient;

test.beforeAll(async () => {
  ({ davit, owner } = await startOwned());
  await runShop(owner);
});

test.afterAll(async () => {
  await davit[Symbol.asyncDispose]();
});

async function follow(page: Page, target: ReturnType<Page['locator']>): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press('Enter');
}

const EXACT = /:\d\d:\d\d \S+$/;
const shownAt = (time: Locator) => time.evaluate((element) => getComputedStyle(element, '::after').content);

test('the exact time of a moment is shown with its zone while it has the focus', async ({ page }) => {
  await enter(page, davit);
  await page.goto(davit.url);
  await untilLive(page);
  const time = page.getByRole('main').getByRole('listitem').locator('time[title]').first();
  await expect(time).toHaveAttribute('title', EXACT);
  expect(await shownAt(time)).toBe('none');
  await tabTo(page, time);
  expect(await shownAt(time)).toBe(`"${await time.getAttribute('title')}"`);
});

test('in a list it is shown while its row has the focus and read with it, and is no stop on the way', async ({
  page,
}) => {
  await enter(page, davit);
  await page.goto(`${davit.url}/containers`);
  await untilLive(page);
  const row = page.getByRole('row').filter({ hasText: 'shop' });
  const link = row.getByRole('link', { name: 'shop', exact: true });
  const time = row.locator('time');
  const exact = await time.getAttribute('title');
  expect(exact).toMatch(EXACT);
  expect(await shownAt(time)).toBe('none');
  // By its key.
  await page.keyboard.press('j');
  await expect(link).toBeFocused();
  await expect(link).toHaveAccessibleDescription(`${t('containers.column_up')} ${exact}`);
  expect(await shownAt(time)).toBe(`"${exact}"`);
  const stops = await row.evaluate((element) =>
    Array.from(element.querySelectorAll<HTMLElement>('*'), (one) => (one.tabIndex < 0 ? '' : one.localName)),
  );
  expect(stops).toContain('button');
  expect(stops).not.toContain('time');
});

test('J1 to J4: what is wrong, why, started again, its log searched, a shell in it', async ({ page }) => {
  const problems = watchConsole(page);
  await enter(page, davit);
  await page.goto(davit.url);
  await untilLive(page);
  const row = page.getByRole('main').getByRole('listitem').filter({ hasText: 'shop' }).first();
  const why = t('stopReason.crashed', { exitCode: 3 });
  await expect(row).toContainText(why);
  await follow(page, row.getByRole('link', { name: 'shop', exact: true }));
  await expect(page).toHaveURL(/\/containers\/shop$/);
  await expect(page.getByRole('main').getByText(why)).toBeVisible();
  await follow(page, page.getByRole('button', { name: t('containers.start'), exact: true }));
  await expect(page.getByRole('heading', { level: 1 })).toContainText(t('state.running'));

  await page.keyboard.press('l');
  await expect(page).toHaveURL(/\/logs$/);
  const search = page.getByRole('searchbox', { name: t('logs.search') });
  await expect(search).toBeVisible();
  await expect(async () => {
    await page.keyboard.press('/');
    await expect(search).toBeFocused({ timeout: 2_000 });
  }).toPass();
  await page.keyboard.type('database');
  await expect(page.getByRole('status').filter({ hasText: t('logs.hits', { at: 2, count: 2 }) })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status').filter({ hasText: t('logs.hits', { at: 1, count: 2 }) })).toBeVisible();

  const tabs = page.getByRole('navigation', { name: t('containers.tabs') });
  await tabTo(page, tabs.getByRole('link', { name: t('containers.tab_overview') }), 'Shift+Tab');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/containers\/shop$/);
  await page.keyboard.press('t');
  await expect(page.locator('.xterm-rows')).toContainText(/[#$] /, { timeout: 20_000 });
  await typeCommand(page, 'echo from-$((40+2))', 'from-42');
  await page.keyboard.press('Control+F6');
  await expect(page.getByRole('button', { name: t('terminal.another') })).toBeFocused();
  expect(problems).toEqual([]);
});

test('J5: something new from an image, with port, variable and volume', async ({ page }) => {
  const problems = watchConsole(page);
  const port = await freePort();
  await enter(page, davit);
  await page.goto(davit.url);
  await untilLive(page);
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await expect(page).toHaveURL(/\/containers$/);
  await follow(page, page.getByRole('link', { name: t('containers.run') }).first());
  await expect(page).toHaveURL(/\/containers\/new/);
  const field = (key: string, name = '') => page.locator('form').getByLabel(t(key, { name }), { exact: true }).last();
  const fill = async (key: string, text: string, name = '') => {
    await tabTo(page, field(key, name));
    await page.keyboard.type(text);
  };
  const open = async (title: string) => {
    const button = page
      .locator('form')
      .getByRole('heading')
      .getByRole('button', { name: t(title) });
    await tabTo(page, button);
    if ((await button.getAttribute('aria-expanded')) !== 'true') await page.keyboard.press('Enter');
  };
  await fill('create.image', 'busybox:1');
  // What is suggested is taken or left without leaving the field.
  await page.keyboard.press('Escape');
  await fill('create.name', 'by-keys');
  await open('create.sections.command');
  await fill('create.fields.command', 'httpd -f -p 80 -h /www');
  await open('create.sections.ports');
  await follow(page, page.getByRole('button', { name: t('create.addPort'), exact: true }));
  await fill('create.hostPort', String(port));
  await fill('create.containerPort', '80');
  await open('create.sections.env');
  await follow(page, page.getByRole('button', { name: t('create.addVariable'), exact: true }));
  await fill('create.variableName', 'MODE');
  await fill('create.variableValue', 'fast', 'MODE');
  await open('create.sections.storage');
  await follow(page, page.getByRole('button', { name: t('create.addMount'), exact: true }));
  await fill('create.volumeName', 'by-keys-data');
  await fill('create.target', '/data');
  await page.keyboard.press('Control+Enter');
  await expect(page).toHaveURL(/\/containers\/by-keys$/, { timeout: 20_000 });
  await expect(page.getByRole('heading', { level: 1 })).toContainText(t('state.running'), { timeout: 20_000 });
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toContain('hello from a container');
  const { config } = await owner.trpc.containers.get.query({ containerId: 'by-keys' });
  expect(config.env).toContain('MODE=fast');
  expect(config.mounts).toMatchObject([{ type: 'volume', name: 'by-keys-data', target: '/data' }]);
  expect(problems).toEqual([]);
});
