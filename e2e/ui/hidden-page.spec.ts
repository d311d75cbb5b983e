// A page that nobody looks at: it asks for nothing, and knows everything when it is seen again.
import { expect, type Page, test } from '@playwright/test';
import type { ApiClient } from '../api-client.ts';
import type { DavitProcess } from '../davit-process.ts';
import { enter, startOwned } from './steps.ts';
import { t } from './words.ts';

let davit: DavitProcess;
let owner: ApiClient;

test.beforeAll(async () => {
  ({ davit, owner } = await startOwned());
});

test.afterAll(async () => {
  await davit[Symbol.asyncDispose]();
});

/** As the browser tells a page of a tab in the background. */
async function setHidden(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate((value) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => value });
    Object.defineProperty(document, 'visibilityState', {
      configurable: true,
      get: () => (value ? 'hidden' : 'visible'),
    });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
}

test('a hidden page asks for nothing while things change, and shows them when it is seen', async ({ page }) => {
  test.setTimeout(120_000);
  const config = { image: 'busybox:1', command: ['sleep', '3600'] };
  await owner.trpc.containers.run.mutate({ name: 'first', config });
  await enter(page, davit);
  await page.goto(`${davit.url}/containers`);
  await expect(page.getByRole('link', { name: 'first', exact: true })).toBeVisible({ timeout: 30_000 });
  // What the page asks for while it opens is done.
  await page.waitForLoadState('networkidle');
  await setHidden(page, true);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  const { id } = await owner.trpc.containers.run.mutate({ name: 'second', config });
  await owner.trpc.containers.remove.mutate({ containerId: 'first', force: true });
  // That nothing is asked for can only be seen by waiting: a visible page asks after 150 ms.
  await expect.poll(async () => (await owner.trpc.containers.list.query({})).map((one) => one.id)).toEqual([id]);
  await page.waitForTimeout(3_000);
  expect(asked).toEqual([]);
  await setHidden(page, false);
  await expect(page.getByRole('link', { name: 'second', exact: true })).toBeVisible();

  // What somebody else removes is said to be gone by its name.
  await page.goto(`${davit.url}/containers/second`);
  // Its name alone stands there before anything is known of it.
  await expect(page.getByRole('heading', { level: 1 })).toContainText(t('state.running'), { timeout: 30_000 });
  await owner.trpc.containers.remove.mutate({ containerId: id, force: true });
  await expect(page.getByText(t('containers.removedTitle', { name: 'second' }))).toBeVisible();
});

test('each live namespace is joined once, also on a connection that stands already', async ({ page }) => {
  await owner.trpc.containers.run.mutate({ name: 'told', config: { image: 'busybox:1', command: ['sleep', '3600'] } });
  await enter(page, davit);
  const joined: string[] = [];
  let figures = 0;
  const { promise: stands, resolve } = Promise.withResolvers<void>();
  page.on('websocket', (socket) => {
    // Of the page before this one nothing counts.
    joined.length = 0;
    socket.on('framesent', ({ payload }) => {
      const [, namespace] = /^40(\/[a-z]+)?/.exec(String(payload)) ?? [];
      if (String(payload).startsWith('40')) joined.push(namespace ?? '/');
    });
    socket.on('framereceived', ({ payload }) => {
      if (String(payload).startsWith('42["hello"')) resolve();
      if (String(payload).startsWith('42/stats,["stats"')) figures += 1;
    });
  });
  // The figures of rows are asked for once there are rows.
  await page.route(/containers\.list/, async (route) => {
    await stands;
    await route.continue();
  });
  await page.goto(`${davit.url}/containers`);
  await expect(page.getByRole('link', { name: 'told', exact: true })).toBeVisible({ timeout: 30_000 });
  // Whoever joins a second time does it before the first figures come.
  await expect.poll(() => figures).toBeGreaterThan(1);
  expect(joined.toSorted()).toEqual(['/', '/stats']);
});
