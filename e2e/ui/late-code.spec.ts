// Parts of a page whose code comes apart from it: it may be there before the browser takes over what the server drew, or long
// after the answers to what the page asked.
import { setTimeout as delay } from 'node:timers/promises';
import { expect, type Locator, type Page, type Request, test } from '@playwright/test';
import type { ApiClient } from '../api-client.ts';
import type { DavitProcess } from '../davit-process.ts';
import { enter, runShop, startOwned, watchConsole } from './steps.ts';
import { t } from './words.ts';

let davit: DavitProcess;
let owner: ApiClient;

test.beforeAll(async () => {
  ({ davit, owner } = await startOwned());
  const config = { image: 'busybox:1', command: ['sleep', '3600'], stopSignal: 'SIGKILL' };
  const { id } = await owner.trpc.containers.run.mutate({ name: 'web', config });
  await runShop(owner);
  // An operation, for the list of them.
  await owner.trpc.containers.bulk.mutate({ verb: 'restart', containerIds: [id] });
});

test.afterAll(async () => {
  await davit[Symbol.asyncDispose]();
});

/** Pages with such parts, each with the heading of one. */
const PAGES: [path: string, heading: string][] = [
  ['/', t('home.operations')],
  ['/containers/web', t('containers.facts')],
  ['/containers/web/duplicate', t('create.equivalent')],
];

const TIMERS_LATE_MS = 1_000;

const CHUNKS = /\/_next\/static\/chunks\/[^"?\\]+\.js/g;

function headingOf(page: Page, name: string): Locator {
  return page.getByRole('main').getByRole('heading', { name, exact: true });
}

/** Addresses of the scripts that the document names: what a page loads first. */
async function readFirstScripts(page: Page, path: string): Promise<ReadonlySet<string>> {
  const html = await (await page.request.get(davit.url + path)).text();
  const scripts = new Set(html.match(CHUNKS));
  expect(scripts.size).toBeGreaterThan(3);
  return scripts;
}

/** Addresses of the code that comes apart from the page, which has been looked at for it. */
async function findLateScripts(page: Page, path: string, heading: string): Promise<string[]> {
  const first = await readFirstScripts(page, path);
  const late = new Set<string>();
  const note = (request: Request) => {
    const { pathname } = new URL(request.url());
    if (pathname.match(CHUNKS) !== null && !first.has(pathname)) late.add(pathname);
  };
  page.on('request', note);
  await page.goto(davit.url + path);
  await expect(headingOf(page, heading)).toBeVisible();
  page.off('request', note);
  expect(late.size).toBeGreaterThan(0);
  return [...late];
}

for (const [path, heading] of PAGES) {
  test(`${path} takes its late code a second after its answers`, async ({ page }) => {
    const problems = watchConsole(page);
    await enter(page, davit);
    const first = await readFirstScripts(page, path);
    const answered = page.waitForResponse((response) => response.url().includes('/api/trpc/'));
    let held = 0;
    await page.route(CHUNKS, async (route) => {
      if (first.has(new URL(route.request().url()).pathname)) return await route.continue();
      held += 1;
      await answered;
      await delay(1_000);
      await route.continue();
    });
    await page.goto(davit.url + path);
    await expect(headingOf(page, heading)).toBeVisible({ timeout: 15_000 });
    expect(held).toBeGreaterThan(0);
    expect(problems).toEqual([]);
  });

  test(`${path} takes its late code before its own`, async ({ page }) => {
    const problems = watchConsole(page);
    await enter(page, davit);
    // A document that comes from here is of no known network.
    await page.context().grantPermissions(['local-network-access']);
    const late = await findLateScripts(page, path, heading);
    await page.route(davit.url + path, async (route) => {
      const response = await route.fetch();
      const html = await response.text();
      const nonce = /<script nonce="([^"]+)"/.exec(html)?.[1];
      const early = late.map((address) => `<script nonce="${nonce}" src="${address}"></script>`);
      await route.fulfill({ response, body: html.replace('<head>', `<head>${early.join('')}`) });
    });
    await page.goto(davit.url + path);
    await expect(headingOf(page, heading)).toBeVisible();
    expect(problems).toEqual([]);
  });
}

// An answer is in memory as soon as it is there, and drawn a moment later: a part whose code came in between was held against what
// the server had drawn without that answer.
test('the first page takes its late code after its answers and before they are drawn', async ({ page }) => {
  const problems = watchConsole(page);
  await enter(page, davit);
  const first = await readFirstScripts(page, '/');
  // Whoever listens to answers is told by a timer.
  await page.addInitScript((laterMs) => {
    const { setTimeout: set } = window;
    const later = (work: () => void, ms = 0) => set(work, ms + laterMs);
    Object.assign(window, { setTimeout: later });
  }, TIMERS_LATE_MS);
  const answered = page.waitForResponse((response) => response.url().includes('containers.list'));
  await page.route(CHUNKS, async (route) => {
    if (!first.has(new URL(route.request().url()).pathname)) await (await answered).finished();
    await route.continue();
  });
  await page.goto(davit.url);
  await expect(headingOf(page, t('home.needsYou'))).toBeVisible();
  expect(problems).toEqual([]);
});

/** The form of a new container, taken over by the browser, whose rules come once they are let go. */
async function openWithoutRules(page: Page): Promise<{ letGo: () => void }> {
  await enter(page, davit);
  const first = await readFirstScripts(page, '/containers/new');
  const gate = Promise.withResolvers<void>();
  await page.route(CHUNKS, async (route) => {
    if (!first.has(new URL(route.request().url()).pathname)) await gate.promise;
    await route.continue();
  });
  const answered = page.waitForResponse((response) => response.url().includes('/api/trpc/'));
  // What is held back may have been asked for before the page counts as loaded, and would hold that back.
  await page.goto(`${davit.url}/containers/new`, { waitUntil: 'commit' });
  await answered;
  return { letGo: gate.resolve };
}

test('a form that is sent before its rules have come is judged as soon as they have', async ({ page }) => {
  const { letGo } = await openWithoutRules(page);
  const submit = page
    .getByRole('main')
    .getByRole('button', { name: t('create.submit') })
    .first();
  const name = page.getByRole('textbox', { name: t('create.name'), exact: true });
  await name.fill('late');
  await submit.click();
  await expect(submit).toHaveAttribute('aria-busy', 'true');
  letGo();
  await expect(page.getByRole('combobox', { name: t('create.image'), exact: true })).toBeFocused();
  await expect(page.getByText(t('error.required'))).toBeVisible();
  await expect(name).toHaveValue('late');
  await expect(submit).toBeEnabled();
});

test('an option that is asked for before it can be looked up is found once it can', async ({ page }) => {
  const { letGo } = await openWithoutRules(page);
  const search = page.getByRole('combobox', { name: t('create.search') });
  await search.fill('--ip6');
  await search.press('Enter');
  await expect(search).toHaveValue('--ip6');
  letGo();
  await expect(page.getByLabel(t('create.fields.ip6'), { exact: true })).toBeFocused();
});
