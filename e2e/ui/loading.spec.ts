// Pages whose parts do not arrive, by a network or a server that goes away in the middle of loading.
import { expect, test } from '@playwright/test';
import { type DavitProcess, startDavit } from '../davit-process.ts';
import { enter, setUpOwner, untilLive } from './steps.ts';
import { t } from './words.ts';

let davit: DavitProcess;

test.beforeAll(async () => {
  davit = await startDavit();
  await setUpOwner(davit);
});

test.afterAll(async () => {
  await davit[Symbol.asyncDispose]();
});

for (const [what, files] of [
  ['a script', /_next\/static\/chunks\/.*\.js/],
  ['the style sheet', /_next\/static\/.*\.css/],
] as const) {
  test(`a page is drawn although ${what} was lost on its way`, async ({ page }) => {
    await enter(page, davit);
    let lost = 0;
    await page.route(files, async (route) => {
      if (lost >= 2) return await route.continue();
      lost += 1;
      await route.abort('connectionreset');
    });
    await page.goto(`${davit.url}/containers`);
    await untilLive(page);
    expect(lost).toBe(2);
    expect(await page.evaluate(() => getComputedStyle(document.body).fontFamily)).toContain('Inter');
  });
}

for (const [path, question, first] of [
  ['/containers', 'containers.list', t('containers.all')],
  ['/activity/operations', 'operations.page', t('tray.filters.all')],
] as const) {
  test(`the states above ${path} have no numbers until its rows have come, nor when they do not come`, async ({
    page,
  }) => {
    await enter(page, davit);
    const answer = Promise.withResolvers<void>();
    const asked = (url: URL) => url.pathname.includes('/trpc/') && url.pathname.includes(question);
    await page.route(asked, async (route) => {
      await answer.promise;
      await route.fulfill({ status: 500, body: 'no answer' });
    });
    await page.goto(davit.url + path);
    const chip = (name: string) => page.getByRole('main').getByRole('button', { name, exact: true });
    await expect(chip(first)).toBeVisible();
    answer.resolve();
    const retry = page.getByRole('main').getByRole('button', { name: t('ui.retry'), exact: true });
    await expect(retry).toBeVisible({ timeout: 20_000 });
    await expect(chip(first)).toBeVisible();
    await page.unroute(asked);
    await retry.click();
    await expect(chip(`${first} 0`)).toBeVisible();
  });
}

test('a page that was being loaded while the server ended is there once it is back', async ({ page }) => {
  await enter(page, davit);
  let met = false;
  await page.route(/_next\/static\/chunks\/.*\.js/, async (route) => {
    if (!met) {
      met = true;
      await davit.kill();
      setTimeout(() => void davit.start(), 1_000);
    }
    await route.continue();
  });
  await page.goto(`${davit.url}/volumes`);
  // As long as the server needs to start.
  await expect(page.getByRole('status').getByText(t('connection.live'), { exact: true })).toBeVisible({
    timeout: 60_000,
  });
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(t('volumes.title'));
});
