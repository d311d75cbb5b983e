// What holds on all pages: their language, their dialogs, their keys, a session that ends, what is typed before they are ready.
import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { type ApiClient, createApiClient } from '../api-client.ts';
import { readAxe } from './axe.ts';
import { enterAs, open as openAddress, startTour, type Tour, VIEWS, watch as watchPage } from './page-tour.ts';
import { holdScripts, OWNER, PASSWORD } from './steps.ts';
import { within } from './within.ts';
import { t } from './words.ts';

let tour: Tour;

test.beforeAll(async () => {
  tour = await startTour();
});

test.afterAll(() => tour[Symbol.asyncDispose]());

const enter = (context: BrowserContext) => enterAs(context, tour, tour.owner, 'en');
const open = (page: Page, address: string) => openAddress(page, tour.davit, address);
const addressOf = (path: string) => tour.davit.url + path;

/** With a session of its own, which may end without the others'. */
async function enterAlone(context: BrowserContext): Promise<ApiClient> {
  const own = createApiClient(tour.davit.url);
  await own.trpc.session.signIn.mutate({ name: OWNER, password: PASSWORD });
  await enterAs(context, tour, own, 'en');
  return own;
}

test('1.18 the language menu turns the page Chinese at once, it stays so, and back', async ({ page, context }) => {
  await enter(context);
  await open(page, '/containers');
  await page.getByRole('banner').getByRole('button', { name: 'Language' }).click();
  await page.getByRole('menuitem', { name: '中文' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('容器');
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('容器');
  await expect(page.locator('html')).toHaveAttribute('lang', /^zh/);
  await page.getByRole('banner').getByRole('button', { name: '语言' }).click();
  await page.getByRole('menuitem', { name: 'English' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Containers');
  await expect(page.locator('html')).toHaveAttribute('lang', /^en/);
});

/** What opens a dialog, by its page. */
type Opener = [address: string, ...path: [role: 'button' | 'menuitem', name: string][]];
const DIALOGS: Opener[] = [
  ['/admin/users', ['button', t('users.invite')]],
  ['/networks', ['button', t('networks.create')]],
  ['/networks/bridge', ['button', t('networks.connect')]],
  ['/volumes', ['button', t('volumes.create')]],
  ['/volumes', ['button', t('volumes.restore')]],
  ['/volumes/data', ['button', t('volumes.backUp')]],
  ...['removeDots', 'renameDots', 'commitDots', 'killDots'].map(
    (verb): Opener => [
      '/containers/web',
      ['button', t('containers.actionsOf', { name: 'web' })],
      ['menuitem', t(`containers.${verb}`)],
    ],
  ),
  ['/images', ['button', t('images.actionsOf', { name: 'busybox:1' })], ['menuitem', t('images.removeDots')]],
];

test('every dialog is accessible in both themes, fits a phone, and gives the focus back', async ({ page, context }) => {
  test.setTimeout(300_000);
  await enter(context);
  const problems = watchPage(page, tour);
  for (const [address, ...path] of DIALOGS) {
    await page.setViewportSize({ width: 1440, height: 900 });
    await open(page, address);
    for (const [role, name] of path) {
      const opener = page.getByRole(role, { name, exact: true }).first();
      await opener.press('Enter');
    }
    const dialog = page.getByRole('dialog');
    await expect(dialog, address).toBeVisible();
    const where = `${address} ${path.at(-1)?.[1]}`;
    for (const [width, colorScheme] of VIEWS) {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      problems.push(...(await readAxe(page, `${where} ${width} ${colorScheme}`)));
    }
    const used = await page.evaluate(() => document.documentElement.scrollWidth);
    if (used > 360) problems.push(`${where} is ${used} px wide in 360`);
    await page.keyboard.press('Escape');
    await expect(dialog, where).toHaveCount(0);
    const [, first] = path[0] ?? [];
    await expect(page.getByRole('button', { name: first, exact: true }).first(), where).toBeFocused();
  }
  expect(problems).toEqual([]);
});

test('an address that leads nowhere says so inside the dashboard', async ({ page, context }) => {
  await enter(context);
  await page.goto(addressOf('/containers/web/nowhere'));
  await expect(page.getByRole('heading', { name: 'Nothing is here' })).toBeVisible();
  await expect(page.getByRole('navigation', { name: 'Main navigation' })).toBeVisible();
  expect(await readAxe(page, 'nowhere')).toEqual([]);
});

test('a stranger comes back to the address asked for', async ({ page, context }) => {
  await context.addCookies([{ name: 'davit-locale', value: 'en', url: tour.davit.url }]);
  await page.goto(addressOf('/containers?state=running'));
  await page.getByLabel('Name').fill('anna');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(addressOf('/containers?state=running'));
});

test('what is typed and sent before the scripts of a page run counts as if they had', async ({ page, context }) => {
  await context.addCookies([{ name: 'davit-locale', value: 'en', url: tour.davit.url }]);
  const goOn = await holdScripts(page);
  await page.goto(addressOf('/containers?state=running'), { waitUntil: 'commit' });
  await page.getByLabel('Name').fill('anna');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(addressOf('/login?next=%2Fcontainers%3Fstate%3Drunning'));
  goOn();
  await expect(page).toHaveURL(addressOf('/containers?state=running'));
});

test('a field and a filter keep what was typed in them before the scripts of the page ran', async ({
  page,
  context,
}) => {
  await enter(context);
  for (const [address, role, name] of [
    ['/containers/new', 'textbox', t('create.name')],
    ['/containers', 'searchbox', t('containers.filter')],
  ] as const) {
    await page.unrouteAll();
    const goOn = await holdScripts(page);
    await page.goto(addressOf(address), { waitUntil: 'commit' });
    const field = page.getByRole(role, { name, exact: true });
    await field.fill('broken');
    goOn();
    await expect(page.getByText('Live')).toBeVisible();
    await expect(field).toHaveValue('broken');
  }
  // It is not only on the screen.
  await expect(page).toHaveURL(/broken/);
  await expect(page.getByRole('link', { name: 'web', exact: true })).toHaveCount(0);
});

test('the keyboard reaches the content first, goes by letters, and gets its place back from a menu', async ({
  page,
  context,
}) => {
  await enter(context);
  await open(page, '/');
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to content' });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press('Enter');
  await expect(page.locator('#content')).toBeFocused();
  await expect(page.getByText('Live')).toBeVisible();
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await expect(page.getByRole('heading', { name: 'Containers', level: 1 })).toBeVisible();
  await page.keyboard.press('?');
  await expect(page.getByRole('heading', { name: 'Keyboard shortcuts' })).toBeVisible();
  const theme = page.getByRole('banner').getByRole('button', { name: 'Theme' });
  await theme.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Dark' }).press('Enter');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect(theme).toBeFocused();
});

test('a session that ends asks for the password over the page and goes on there', async ({ page, context }) => {
  const other = await enterAlone(context);
  await open(page, '/account');
  await page.getByLabel('Current password').fill('half typed');
  await expect(page.getByText('Live')).toBeVisible();
  await other.trpc.session.signOut.mutate({});
  const sheet = page.getByRole('dialog', { name: 'The session has ended' });
  await expect(sheet).toBeVisible(within(2_000));
  await sheet.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await sheet.getByRole('button', { name: 'Sign in' }).click();
  await expect(sheet).toBeHidden();
  await expect(page.getByText('Live')).toBeVisible();
  await expect(page.getByLabel('Current password')).toHaveValue('half typed');
});

test('who was signed in is not forgotten when the page asks before the sheet is there', async ({ page, context }) => {
  const other = await enterAlone(context);
  await open(page, '/account');
  await expect(page.getByText('Live')).toBeVisible();
  let answered = () => {};
  const answer = new Promise<void>((resolve) => {
    answered = resolve;
  });
  await page.route('**/_next/static/chunks/**', async (route) => {
    await answer;
    await route.continue();
  });
  // The connection closes at once, and comes back after a quarter of a second at the earliest.
  await page.evaluate(() => window.dispatchEvent(new Event('offline')));
  const asked = page.waitForResponse((response) => response.url().includes('session.me'));
  await other.trpc.session.signOut.mutate({});
  await asked;
  await page.evaluate(() => new Promise(requestAnimationFrame));
  answered();
  const sheet = page.getByRole('dialog', { name: 'The session has ended' });
  await expect(sheet.getByLabel('Name', { exact: true })).toHaveValue('anna');
  await sheet.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await sheet.getByRole('button', { name: 'Sign in' }).click();
  await expect(sheet).toBeHidden();
  await expect(page.getByText('Live')).toBeVisible();
});

test('two minutes before a session ends the page says so, and signing in again is one press away', async ({
  page,
  context,
}) => {
  await enter(context);
  // A day is long: the answer is made to say that it is nearly over.
  await page.route('**/api/trpc/**', async (route) => {
    const response = await route.fetch();
    const soon = new Date(Date.now() + 100_000).toISOString();
    const body = (await response.text()).replace(/"expiresAt":"[^"]+"/, `"expiresAt":"${soon}"`);
    await route.fulfill({ response, body });
  });
  await open(page, '/shortcuts');
  await expect(page.getByText('Your session ends in less than two minutes.')).toBeVisible({ timeout: 15_000 });
  await page.getByRole('button', { name: 'Sign in again' }).click();
  await expect(page.getByRole('dialog', { name: 'The session has ended' })).toBeVisible();
});

test('set-up, once it is done, says so and leads on', async ({ page }) => {
  const answer = await page.goto(addressOf('/setup'));
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole('heading', { name: t('auth.setupDoneTitle') })).toBeVisible();
  await page.getByRole('link', { name: t('auth.toDashboard') }).click();
  await expect(page).toHaveURL(/\/login/);
});
