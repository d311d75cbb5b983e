// At 360 px with a finger: what is asked of a phone at night.
import { expect, type Locator, test } from '@playwright/test';
import type { ApiClient } from '../api-client.ts';
import type { DavitProcess } from '../davit-process.ts';
import { enter, expectNoSidewaysScroll, speak, startOwned, untilLive, watchConsole } from './steps.ts';
import { LANGUAGES, t } from './words.ts';

let davit: DavitProcess;
let owner: ApiClient;

test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

test.beforeAll(async () => {
  ({ davit, owner } = await startOwned());
  const script = 'echo no such database >&2; [ -e /tmp/ran ] || { touch /tmp/ran; exit 3; }; exec sleep 3600';
  const config = { image: 'busybox:1', command: ['sh', '-c', script], stopSignal: 'SIGKILL' };
  await owner.trpc.containers.run.mutate({ name: 'shop', config });
});

test.afterAll(async () => {
  await davit[Symbol.asyncDispose]();
});

test('1.19 at 360 px J1, J2 and J4 work by touch, and no page scrolls sideways', async ({ page }) => {
  const problems = watchConsole(page);
  await enter(page, davit);
  await page.goto(davit.url);
  await untilLive(page);
  const row = page.getByRole('main').getByRole('listitem').filter({ hasText: 'shop' }).first();
  await expect(row).toContainText(t('stopReason.crashed', { exitCode: 3 }));
  await expectNoSidewaysScroll(page);
  await row.getByRole('link', { name: 'shop', exact: true }).tap();
  await expect(page.getByRole('main').getByText(t('stopReason.crashed', { exitCode: 3 }))).toBeVisible();
  await expect(page.getByRole('main').getByText('no such database').first()).toBeVisible();
  await expectNoSidewaysScroll(page);
  await page.getByRole('button', { name: t('containers.start'), exact: true }).tap();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(t('state.running'));

  const tabs = page.getByRole('navigation', { name: t('containers.tabs') });
  await tabs.getByRole('link', { name: t('containers.tab_terminal') }).tap();
  const screen = page.locator('.xterm-rows');
  await expect(screen).toContainText(/[#$] /, { timeout: 20_000 });
  await page.locator('.xterm').tap();
  await page.keyboard.type('echo from-$((40+2))\n');
  await expect(screen).toContainText('from-42');
  await expectNoSidewaysScroll(page);
  expect(problems).toEqual([]);
});

test('the tab of the page is in sight on a phone, and when a wide window has become one', async ({ page }) => {
  await enter(page, davit);
  const last = page.getByRole('navigation', { name: t('containers.tabs') }).getByRole('link', {
    name: t('containers.tab_config'),
  });
  await page.goto(`${davit.url}/containers/shop/config`);
  await expect(last).toBeInViewport({ ratio: 1 });
  await page.setViewportSize({ width: 1440, height: 740 });
  await page.reload();
  await expect(last).toBeInViewport({ ratio: 1 });
  await page.setViewportSize({ width: 360, height: 740 });
  await expect(last).toBeInViewport({ ratio: 1 });
});

/** Where the boxes begin, from the upper edge and from the left one. */
function cornersOf(boxes: Locator): Promise<{ top: number; left: number; wider: boolean }[]> {
  return boxes.evaluateAll((all) =>
    all.map((box) => {
      const { top, left } = box.getBoundingClientRect();
      return { top: Math.round(top), left: Math.round(left), wider: box.scrollWidth > box.clientWidth };
    }),
  );
}

const different = (values: readonly number[]) => new Set(values).size;

test('the counts of Home stand in one line, with the rare one too, on phones and beside the events', async ({
  page,
}) => {
  const restart = { name: 'always' as const, maxRetries: 0 };
  const config = { image: 'busybox:1', command: ['false'], restart };
  const { id } = await owner.trpc.containers.run.mutate({ name: 'looper', config });
  await enter(page, davit);
  for (const [locale, words] of LANGUAGES) {
    await speak(page, davit, locale);
    for (const width of [360, 1280]) {
      await page.setViewportSize({ width, height: 740 });
      await page.goto(davit.url);
      const counts = page.locator('main li', { has: page.locator('a[href^="/containers?"]') });
      await expect(counts.filter({ hasText: words('home.restarting') })).toHaveCount(1, { timeout: 20_000 });
      await expect(counts).toHaveCount(5);
      const corners = await cornersOf(counts);
      expect(different(corners.map(({ top }) => top))).toBe(1);
      expect(corners.filter(({ wider }) => wider)).toEqual([]);
    }
  }
  await owner.trpc.containers.remove.mutate({ containerId: id, force: true });
});

test('free ports stand two by two', async ({ page }) => {
  await enter(page, davit);
  await page.goto(`${davit.url}/networks/ports`);
  const ports = page.getByRole('main').getByRole('status').getByRole('listitem');
  await expect(ports.nth(3)).toBeVisible();
  const corners = await cornersOf(ports);
  expect(different(corners.map(({ left }) => left))).toBe(2);
  expect(different(corners.map(({ top }) => top))).toBe(Math.ceil(corners.length / 2));
});

test('at 320 px the buttons of a head share their line with its menu', async ({ page }) => {
  const config = { image: 'busybox:1', command: ['sleep', '3600'], stopSignal: 'SIGKILL' };
  const { id } = await owner.trpc.containers.run.mutate({ name: 'calm', config });
  await page.setViewportSize({ width: 320, height: 740 });
  await enter(page, davit);
  for (const [locale, words] of LANGUAGES) {
    await speak(page, davit, locale);
    await page.goto(`${davit.url}/containers/calm`);
    const menu = page.getByRole('button', { name: words('containers.actionsOf', { name: 'calm' }) });
    await expect(page.getByRole('button', { name: words('containers.stop'), exact: true })).toBeVisible();
    const corners = await cornersOf(menu.locator('xpath=../*'));
    expect(corners.length).toBeGreaterThan(3);
    expect(different(corners.map(({ top }) => top))).toBe(1);
    await expectNoSidewaysScroll(page);
  }
  await owner.trpc.containers.remove.mutate({ containerId: id, force: true });
});
