// Code that a page fetches when it is wanted, and that is not to be had then.
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

test('code that cannot be had is said, and what the page shows stays', async ({ page }) => {
  await enter(page, davit);
  const chunks = '**/_next/static/chunks/*.js';
  // Before the page has nothing else to do and would fetch it.
  await page.addInitScript(() => {
    window.requestIdleCallback = () => 0;
  });
  await page.goto(`${davit.url}/networks`);
  await untilLive(page);
  await expect(page.getByRole('link', { name: 'bridge', exact: true })).toBeVisible();
  await page.route(chunks, (route) => route.abort('failed'));
  await page.getByRole('button', { name: t('networks.create') }).click();
  await expect(page.getByText(t('connection.codeLost'))).toBeVisible({ timeout: 15_000 });
  await expect(page.getByRole('link', { name: 'bridge', exact: true })).toBeVisible();
  await page.unroute(chunks);
  await page.getByRole('button', { name: t('connection.reload') }).click();
  // What was asked for is in the address.
  await expect(page.getByRole('dialog')).toBeVisible();
});
