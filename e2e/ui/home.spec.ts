// What Home tells by itself: not before it lasts, and not later than it is known.
import { expect, type Page, test } from '@playwright/test';
import type { ApiClient } from '../api-client.ts';
import type { DavitProcess } from '../davit-process.ts';
import { enter, runShop, startOwned, untilLive } from './steps.ts';
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

/** Home, with a clock that can be put forward. */
async function openHome(page: Page): Promise<void> {
  await page.clock.install();
  await enter(page, davit);
  await page.goto(davit.url);
  await untilLive(page);
}

test('a container is told as unhealthy once it has been so for a minute', async ({ page }) => {
  await owner.trpc.containers.run.mutate({
    name: 'sick',
    config: {
      image: 'busybox:1',
      command: ['sleep', '3600'],
      stopSignal: 'SIGKILL',
      healthcheck: { test: ['CMD', 'false'], intervalMs: 1_000, timeoutMs: 1_000, retries: 1, startPeriodMs: 0 },
    },
  });
  const health = async () => {
    const { state } = await owner.trpc.containers.get.query({ containerId: 'sick' });
    return state.status === 'running' ? state.health?.status : undefined;
  };
  await expect.poll(health, { timeout: 20_000 }).toBe('unhealthy');
  await openHome(page);
  // Told already: what is wrong with another one.
  await expect(page.getByRole('main').getByText(t('stopReason.crashed', { exitCode: 3 }))).toBeVisible();
  const line = page
    .getByRole('main')
    .getByRole('listitem')
    .filter({ hasText: /sick/ })
    .filter({ hasText: t('containers.restart') });
  await expect(line).toHaveCount(0);
  // The tab and the navigation tell the same.
  const told = page
    .getByRole('navigation')
    .first()
    .getByRole('link', { name: new RegExp(`^${t('nav.containers')}`) });
  await expect(page).toHaveTitle(/^\(1\) /);
  await expect(page.locator('head > title')).toHaveCount(1);
  await expect(told).toContainText('1');
  await page.clock.fastForward(70_000);
  await expect(line).toHaveCount(1);
  await expect(page).toHaveTitle(/^\(2\) /);
  await expect(told).toContainText('2');
});

test('what the host lacks is told while Home is open, and is gone when it is mended', async ({ page }) => {
  let isMissing = false;
  await page.route(/trpc\/host\.checks/, async (route) => {
    const answer = await route.fetch();
    const text = await answer.text();
    // The server's own answer, but for one of its checks.
    const changed = isMissing ? text.replace(/("code":"root","ok":)true/, '$1false') : text;
    await route.fulfill({ response: answer, body: changed });
  });
  await openHome(page);
  const line = page.getByRole('main').getByText(t('hostCheck.bad.root'));
  // An answer may still be on its way, and none is asked for beside it.
  const later = (count: number) =>
    expect(async () => {
      await page.clock.fastForward(20_000);
      await expect(line).toHaveCount(count, { timeout: 2_000 });
    }).toPass({ timeout: 30_000 });
  isMissing = true;
  await later(1);
  isMissing = false;
  await later(0);
});

test('the disk is told by what fills it, what containers write among it', async ({ page }) => {
  await openHome(page);
  const disk = page.locator('section', { has: page.getByRole('heading', { name: t('home.disk') }) });
  for (const part of ['diskImages', 'diskVolumes', 'diskContainers', 'diskLogs', 'diskOther'] as const) {
    const words = t(`home.${part}`, { size: '' }).trim();
    await expect(disk.getByRole('listitem').filter({ hasText: words })).toBeVisible({ timeout: 15_000 });
  }
});
