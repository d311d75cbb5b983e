// Every page there is, in both themes, wide and narrow, in both languages: readable by all, inside its window, quiet.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { busyboxRootfs } from '#engine/testing/busybox-rootfs.ts';
import { type ApiClient, createApiClient } from '../api-client.ts';
import { type DavitProcess, startDavit } from '../davit-process.ts';
import { pageAddresses } from '../page-addresses.ts';
import { readAxe } from './axe.ts';
import { findEnglish, readTexts } from './english-texts.ts';
import { tabThrough } from './focus.ts';
import { holdScripts } from './steps.ts';
import { within } from './within.ts';
import { t } from './words.ts';

const PASSWORD = 'a long enough passphrase';
/** Each width and each theme; axe takes too long to look at all pairs. */
const VIEWS = [
  [1440, 'light'],
  [360, 'dark'],
] as const;

const ALL_VIEWS = [1440, 360].flatMap((width) => (['light', 'dark'] as const).map((theme) => [width, theme] as const));

/** In a terminal Tab belongs to the program; a dialog over its list keeps it, and is gone through with the other dialogs. */
const WITHOUT_TAB = /\/terminal$|^\/(networks|volumes)\/new$/;

/** Words that are no language's: names, and what programs print. */
const NAMES = ['Davit', 'busybox', 'anna', 'no such database'];

let davit: DavitProcess;
let client: ApiClient;
let imageId: string;
let operationId: string;

test.beforeAll(async () => {
  davit = await startDavit();
  client = createApiClient(davit.url);
  const { trpc } = client;
  const codeFile = join(davit.dataRoot, 'setup-code');
  // It is written once the server listens.
  await expect.poll(() => existsSync(codeFile)).toBe(true);
  const code = readFileSync(codeFile, 'utf8').trim();
  await trpc.session.setup.mutate({ code, name: 'anna', password: PASSWORD });
  const upload = await client.send(`${davit.url}/api/uploads/images/import?reference=busybox:1`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: new Uint8Array(await busyboxRootfs()),
  });
  expect(upload.status).toBe(202);
  await expect.poll(async () => (await trpc.images.list.query({})).length, { timeout: 30_000 }).toBe(1);
  operationId = (await trpc.operations.list.query({}))[0]?.id ?? '';
  imageId = (await trpc.images.list.query({}))[0]?.id ?? '';
  await run('web', 'echo ready to serve; sleep 3600');
  await run('broken', 'echo no such database >&2; exit 3');
});

test.afterAll(async () => {
  // Containers outlive their server: they are removed through it, or nothing ends them.
  await using _server = davit;
  const { trpc } = client;
  for (const { id } of await trpc.containers.list.query({})) {
    await trpc.containers.remove.mutate({ containerId: id, force: true });
  }
});

async function run(name: string, command: string): Promise<void> {
  const config = {
    image: 'busybox:1',
    command: ['sh', '-c', command],
    mounts: [{ type: 'volume' as const, name: 'data', target: '/data' }],
  };
  const { id } = await client.trpc.containers.create.mutate({ name, config });
  await client.trpc.containers.start.mutate({ containerId: id });
}

function addresses(): string[] {
  const found = pageAddresses({
    '/activity/operations/[id]': `/activity/operations/${operationId}`,
    '/containers/[name]': '/containers/web',
    '/images/[id]': `/images/${encodeURIComponent(imageId)}`,
    '/networks/[name]': '/networks/bridge',
    '/volumes/[name]': '/volumes/data',
  });
  expect(found.length).toBeGreaterThan(10);
  return found;
}

async function enter(context: BrowserContext, locale: string, as: ApiClient = client): Promise<void> {
  const [name = '', ...value] = as.cookie().split('=');
  await context.addCookies([
    { name, value: value.join('='), url: davit.url },
    { name: 'davit-locale', value: locale, url: davit.url },
  ]);
}

/** With a session of its own, which may end without the others'. */
async function enterAlone(context: BrowserContext): Promise<ApiClient> {
  const own = createApiClient(davit.url);
  await own.trpc.session.signIn.mutate({ name: 'anna', password: PASSWORD });
  await enter(context, 'en', own);
  return own;
}

/** What the browser complains about, and what it asks of others. */
function watch(page: Page): string[] {
  const problems: string[] = [];
  const at = () => new URL(page.url()).pathname;
  page.on('console', (message) => {
    // The browser runs on the host whose interfaces come and go with every container.
    if (message.type() === 'error' && !message.text().includes('net::ERR_NETWORK_CHANGED'))
      problems.push(`${at()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`${at()}: ${error.message}`));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (/^(https?|wss?):$/.test(url.protocol) && url.host !== new URL(davit.url).host)
      problems.push(`${at()} asked ${url.host}`);
  });
  return problems;
}

async function open(page: Page, address: string): Promise<void> {
  await page.goto(davit.url + address);
  await expect(page.locator('h1')).toBeVisible();
  await expect(page.locator('.skeleton')).toHaveCount(0);
}

const TITLES = {
  en: '1.19 axe finds nothing on any page, Tab reaches all of it with the focus in sight, and it fits its window',
  zh: '1.18 in Chinese every text of every page is Chinese but names, commands and raw output',
};

for (const locale of ['en', 'zh'] as const) {
  test(TITLES[locale], async ({ page, context }) => {
    // A loaded machine needs several times the half minute of an idle one.
    test.setTimeout(1_200_000);
    await enter(context, locale);
    const problems = watch(page);
    for (const address of ['/login', ...addresses()]) {
      await page.setViewportSize({ width: 1440, height: 900 });
      if (address === '/login') await context.clearCookies({ name: client.cookie().split('=')[0] ?? '' });
      await open(page, address);
      if (address === '/login') await enter(context, locale);
      for (const [width, colorScheme] of process.env['DAVIT_UI_ALL_VIEWS'] === '1' ? ALL_VIEWS : VIEWS) {
        await page.setViewportSize({ width, height: 800 });
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        const used = await page.evaluate(() => document.documentElement.scrollWidth);
        if (used > width) problems.push(`${address} is ${used} px wide in ${width}`);
        // Contrast and names do not depend on the language.
        if (locale === 'en') problems.push(...(await readAxe(page, `${address} ${width} ${colorScheme}`)));
      }
      await page.setViewportSize({ width: 320, height: 800 });
      const narrow = await page.evaluate(() => document.documentElement.scrollWidth);
      if (narrow > 320) problems.push(`${address} is ${narrow} px wide in 320`);
      await page.setViewportSize({ width: 1440, height: 900 });
      if (locale === 'en' && !WITHOUT_TAB.test(address)) {
        const { unreached, unseen } = await tabThrough(page);
        problems.push(...unreached.map((html) => `${address}: Tab does not reach ${html}`));
        problems.push(...unseen.map((html) => `${address}: the focus is not seen on ${html}`));
      }
      const english = findEnglish(await readTexts(page), NAMES);
      // The eye that looks for English must see it where it is.
      if (locale === 'en') expect(english.length, address).toBeGreaterThan(3);
      else {
        problems.push(...english.map((text) => `${address} says in English: ${text}`));
      }
    }
    expect(problems).toEqual([]);
  });
}

test('1.18 the language menu turns the page Chinese at once, it stays so, and back', async ({ page, context }) => {
  await enter(context, 'en');
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
  await enter(context, 'en');
  const problems = watch(page);
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
  await enter(context, 'en');
  await page.goto(`${davit.url}/containers/web/nowhere`);
  await expect(page.getByRole('heading', { name: 'Nothing is here' })).toBeVisible();
  await expect(page.getByRole('navigation', { name: 'Main navigation' })).toBeVisible();
  expect(await readAxe(page, 'nowhere')).toEqual([]);
});

test('a stranger comes back to the address asked for', async ({ page, context }) => {
  await context.addCookies([{ name: 'davit-locale', value: 'en', url: davit.url }]);
  await page.goto(`${davit.url}/containers?state=running`);
  await page.getByLabel('Name').fill('anna');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(`${davit.url}/containers?state=running`);
});

test('what is typed and sent before the scripts of a page run counts as if they had', async ({ page, context }) => {
  await context.addCookies([{ name: 'davit-locale', value: 'en', url: davit.url }]);
  const goOn = await holdScripts(page);
  await page.goto(`${davit.url}/containers?state=running`, { waitUntil: 'commit' });
  await page.getByLabel('Name').fill('anna');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(`${davit.url}/login?next=%2Fcontainers%3Fstate%3Drunning`);
  goOn();
  await expect(page).toHaveURL(`${davit.url}/containers?state=running`);
});

test('a field and a filter keep what was typed in them before the scripts of the page ran', async ({
  page,
  context,
}) => {
  await enter(context, 'en');
  for (const [address, role, name] of [
    ['/containers/new', 'textbox', t('create.name')],
    ['/containers', 'searchbox', t('containers.filter')],
  ] as const) {
    await page.unrouteAll();
    const goOn = await holdScripts(page);
    await page.goto(davit.url + address, { waitUntil: 'commit' });
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
  await enter(context, 'en');
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
  await enter(context, 'en');
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
  const answer = await page.goto(`${davit.url}/setup`);
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole('heading', { name: t('auth.setupDoneTitle') })).toBeVisible();
  await page.getByRole('link', { name: t('auth.toDashboard') }).click();
  await expect(page).toHaveURL(/\/login/);
});
