// What a person chooses for the dashboard belongs to them: it holds in their other browsers, from the first paint on.
import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import type { ApiClient } from '../api-client.ts';
import { type DavitProcess, startDavit } from '../davit-process.ts';
import { addUser, enter, holdScripts, OWNER, PASSWORD, setUpOwner, speak } from './steps.ts';
import { within } from './within.ts';
import { inChinese, t } from './words.ts';

let davit: DavitProcess;
let owner: ApiClient;

test.beforeAll(async () => {
  davit = await startDavit();
  owner = await setUpOwner(davit);
});

test.afterAll(async () => {
  await davit[Symbol.asyncDispose]();
});

/** What the first test chooses by hand. */
async function choose(): Promise<void> {
  const preferences = { locale: 'zh', theme: 'dark', density: 'compact', columns: { networks: 'name' } } as const;
  await owner.trpc.session.setPreferences.mutate({ preferences });
}

/** Notes how the page looks each time it is about to be painted. */
async function notePaints(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const looks: string[] = [];
    Object.assign(window, { looks });
    const look = () => {
      if (document.body === null) return requestAnimationFrame(look);
      const { theme, density } = document.documentElement.dataset;
      const now = `${document.documentElement.lang} ${theme} ${density}`;
      if (looks.at(-1) !== now) looks.push(now);
      return requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}

const rowHeight = async (page: Page) =>
  (await page.getByRole('table').locator('tbody tr').first().boundingBox())?.height;

test('language, theme, zone, rows and columns follow the person to another browser, without a flash, and to open pages', async ({
  page,
  browser,
}) => {
  await enter(page, davit);
  await page.goto(`${davit.url}/account`);
  const open = await browser.newContext({ timezoneId: 'Europe/Berlin' });
  const follower = await open.newPage();
  await enter(follower, davit);
  await follower.goto(`${davit.url}/networks`);
  await expect(follower.getByRole('table')).toBeVisible();
  expect(await rowHeight(follower)).toBeGreaterThan(38);

  await page.getByLabel(t('account.compact')).check();
  await page.getByLabel(t('account.zone')).selectOption('Asia/Tokyo');
  const main = page.getByRole('main');
  await main.getByLabel(t('theme.label')).selectOption('dark');
  await main.getByLabel(t('language.label')).selectOption('zh');
  await expect(main.getByRole('heading', { level: 1 })).toHaveText(inChinese('account.title'));
  // Columns that are chosen in a list are remembered with the rest.
  await page.goto(`${davit.url}/networks`);
  await page.getByRole('button', { name: inChinese('ui.columns'), exact: true }).click();
  await page.getByRole('menuitemcheckbox', { name: inChinese('networks.gateway') }).click();
  await expect(page.getByRole('columnheader', { name: inChinese('networks.gateway') })).toHaveCount(0);

  // The page that was open all the time follows by itself.
  await expect(follower.getByRole('heading', { level: 1 })).toHaveText(inChinese('networks.title'));
  await expect(follower.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect.poll(() => rowHeight(follower)).toBeLessThan(34);
  await open.close();

  const another = await browser.newContext({ timezoneId: 'Europe/Berlin', colorScheme: 'light', locale: 'en-GB' });
  await notePaints(another);
  const elsewhere = await another.newPage();
  await enter(elsewhere, davit);
  await elsewhere.goto(`${davit.url}/networks`);
  await expect(elsewhere.getByRole('table')).toBeVisible();
  await expect(elsewhere.getByRole('columnheader', { name: inChinese('networks.gateway') })).toHaveCount(0);
  expect(await rowHeight(elsewhere)).toBeLessThan(34);
  expect(await elsewhere.evaluate(() => Reflect.get(window, 'looks'))).toEqual(['zh-CN dark compact']);
  await elsewhere.goto(`${davit.url}/account`);
  await expect(elsewhere.getByLabel(inChinese('account.zone'))).toHaveValue('Asia/Tokyo');
  await another.close();
});

test('who signs in by name and password gets what they chose on another machine', async ({ browser }) => {
  await choose();
  for (const locale of ['en', 'zh'] as const) {
    const context = await browser.newContext({ colorScheme: 'light' });
    const page = await context.newPage();
    await speak(page, davit, locale);
    await page.goto(`${davit.url}/login?next=/networks`);
    const words = locale === 'en' ? t : inChinese;
    await page.getByLabel(words('auth.name')).fill(OWNER);
    await page.getByLabel(words('auth.password'), { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: words('auth.signIn') }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(inChinese('networks.title'));
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
    await expect.poll(() => rowHeight(page)).toBeLessThan(34);
    await context.close();
  }
});

test('the theme is known before a page has anything to paint, however slowly the rest of it comes', async ({
  browser,
}) => {
  await owner.trpc.session.setPreferences.mutate({ preferences: { theme: 'dark' } });
  const context = await browser.newContext({ colorScheme: 'light' });
  const page = await context.newPage();
  await page.route(/\/(networks|login)$/, async (route) => {
    const response = await route.fetch({ maxRedirects: 0 });
    const [beginning = ''] = (await response.text()).split(/(?<=<body[^>]*>)/);
    await route.fulfill({ response, body: beginning });
  });
  await enter(page, davit);
  await page.goto(`${davit.url}/networks`);
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  // Before sign-in by what the browser kept, and else by what the system has.
  await context.clearCookies();
  await page.goto(`${davit.url}/login`);
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.evaluate(() => localStorage.clear());
  for (const [colorScheme, canvas] of [
    ['light', 'rgb(244, 247, 249)'],
    ['dark', 'rgb(11, 17, 21)'],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    await page.goto(`${davit.url}/login`);
    await expect(page.locator('body')).toHaveCSS('background-color', canvas);
  }
  await context.close();
});

test('a theme chosen in one tab repaints the other one at once, before anybody has signed in too', async ({
  browser,
}) => {
  const context = await browser.newContext({ colorScheme: 'light' });
  const [here, there] = [await context.newPage(), await context.newPage()];
  for (const tab of [here, there]) {
    await tab.goto(`${davit.url}/login`);
    await expect(tab.locator('body')).toHaveCSS('background-color', 'rgb(244, 247, 249)');
  }
  await here.getByRole('button', { name: t('theme.choice', { name: t('theme.system') }) }).click();
  await here.getByRole('menuitem', { name: t('theme.dark') }).click();
  await expect(there.locator('body')).toHaveCSS('background-color', 'rgb(11, 17, 21)', within(1_000));
  await expect(there.getByRole('button', { name: t('theme.choice', { name: t('theme.dark') }) })).toBeVisible();
  await context.close();
});

test('the navigation stays a rail in the next page, from before its scripts run', async ({ page, browser }) => {
  const widthOf = async (of: Page) => (await of.getByRole('navigation').first().boundingBox())?.width;
  await enter(page, davit);
  await page.goto(`${davit.url}/networks`);
  await expect(page.getByRole('table')).toBeVisible();
  expect(await widthOf(page)).toBeGreaterThan(200);
  await page.keyboard.press('[');
  await expect.poll(() => widthOf(page)).toBeLessThan(60);
  await expect.poll(async () => (await owner.trpc.session.me.query({})).user?.preferences.rail).toBe(true);
  const elsewhere = await browser.newContext({ javaScriptEnabled: false });
  const still = await elsewhere.newPage();
  await enter(still, davit);
  await still.goto(`${davit.url}/networks`);
  expect(await widthOf(still)).toBeLessThan(60);
  await elsewhere.close();
  await page.reload();
  await expect(page.getByRole('table')).toBeVisible();
  expect(await widthOf(page)).toBeLessThan(60);
  await page.keyboard.press('[');
  await expect.poll(() => widthOf(page)).toBeGreaterThan(200);
});

test('rates of networks are told in bytes, or in bits to who wants them so', async ({ page }) => {
  await owner.trpc.session.setPreferences.mutate({ preferences: { locale: 'en' } });
  await enter(page, davit);
  const main = page.getByRole('main');
  for (const [checked, unit] of [
    [true, 'bit/s'],
    [false, 'B/s'],
  ] as const) {
    await page.goto(`${davit.url}/account`);
    const box = main.getByRole('checkbox', { name: t('account.bits') });
    // Drawn as the account has it, by what has taken over the page.
    if (!checked) await expect(box).toBeChecked();
    await box.setChecked(checked);
    await expect
      .poll(async () => (await owner.trpc.session.me.query({})).user?.preferences.networkRates)
      .toBe(checked ? 'bit' : 'byte');
    await page.goto(`${davit.url}/host`);
    await expect(main.getByText(new RegExp(`^\\d[\\d.]*\\s[kMG]?${unit}`)).first()).toBeVisible();
  }
});

test('what was chosen before the scripts of the page ran holds, and is kept', async ({ page }) => {
  await owner.trpc.session.setPreferences.mutate({
    preferences: { locale: 'en', theme: 'light', networkRates: 'byte', density: 'comfortable', keys: true },
  });
  await enter(page, davit);
  const goOn = await holdScripts(page);
  await page.goto(`${davit.url}/account`, { waitUntil: 'commit' });
  const main = page.getByRole('main');
  const bits = main.getByRole('checkbox', { name: t('account.bits') });
  const letters = main.getByRole('checkbox', { name: t('account.keys') });
  const theme = main.getByLabel(t('theme.label'));
  await bits.check();
  // Pressed twice it is what it was.
  await letters.uncheck();
  await letters.check();
  await theme.selectOption('dark');
  goOn();
  const kept = async () => (await owner.trpc.session.me.query({})).user?.preferences;
  await expect.poll(kept).toMatchObject({ networkRates: 'bit', theme: 'dark', density: 'comfortable' });
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect(bits).toBeChecked();
  await expect(letters).toBeChecked();
  expect(await kept()).toMatchObject({ keys: true });
  await expect(theme).toHaveValue('dark');
});

test('somebody else at the same browser has their own', async ({ page }) => {
  await choose();
  await addUser(davit, 'mira', 'viewer');
  await enter(page, davit);
  await page.goto(`${davit.url}/networks`);
  await expect(page.locator('html')).toHaveAttribute('data-density', 'compact');
  await page.context().clearCookies();
  await enter(page, davit, 'mira');
  await page.goto(`${davit.url}/networks`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(t('networks.title'));
  await expect.poll(() => rowHeight(page)).toBeGreaterThan(38);
  await expect(page.getByRole('columnheader', { name: t('networks.gateway') })).toBeVisible();
});
