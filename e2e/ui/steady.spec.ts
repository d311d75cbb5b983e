// What others do moves nothing away from who works in a list.
import { expect, type Page, test } from '@playwright/test';
import type { ApiClient } from '../api-client.ts';
import type { DavitProcess } from '../davit-process.ts';
import { createSleepers, enter, OWNER, openContainers, rowOf, startOwned, untilLive } from './steps.ts';
import { t } from './words.ts';

let davit: DavitProcess;
let owner: ApiClient;

test.beforeAll(async () => {
  ({ davit, owner } = await startOwned());
});

test.afterAll(async () => {
  await davit[Symbol.asyncDispose]();
});

test.afterEach(async () => {
  const { trpc } = owner;
  for (const { id } of await trpc.containers.list.query({})) {
    await trpc.containers.remove.mutate({ containerId: id, force: true });
  }
});

async function namesInOrder(page: Page): Promise<string[]> {
  return await page.locator('tr[data-row-id] a[data-row-link]').allTextContents();
}

test('while the pointer is in a list its order is held, and what changed waits behind a button', async ({ page }) => {
  await createSleepers(owner, 'a-1', 'b-1', 'c-1', 'd-1');
  await openContainers(page, davit);
  await expect.poll(() => namesInOrder(page)).toEqual(['a-1', 'b-1', 'c-1', 'd-1']);
  await rowOf(page, 'c-1').hover();
  await owner.trpc.containers.rename.mutate({ containerId: 'a-1', name: 'z-1' });
  await owner.trpc.containers.remove.mutate({ containerId: 'd-1' });
  await expect(rowOf(page, 'z-1')).toBeVisible();
  await expect(rowOf(page, 'd-1')).toHaveCSS('text-decoration-line', 'line-through');
  expect(await namesInOrder(page)).toEqual(['z-1', 'b-1', 'c-1', 'd-1']);
  await expect(page.getByRole('button', { name: t('ui.orderChanged') })).toBeVisible();
  await page.mouse.move(5, 5);
  await expect.poll(() => namesInOrder(page)).toEqual(['b-1', 'c-1', 'z-1']);
  await rowOf(page, 'b-1').hover();
  await createSleepers(owner, 'a-1');
  // By its event: a pointer on its way to the button leaves the list, which takes the new order as well.
  await page.getByRole('button', { name: t('ui.newRows', { count: 1 }) }).dispatchEvent('click');
  await expect.poll(() => namesInOrder(page)).toEqual(['a-1', 'b-1', 'c-1', 'z-1']);
});

test('an open menu, the focus, what is selected and the place of the page survive what others do', async ({ page }) => {
  const names = Array.from({ length: 24 }, (_, index) => `row-${index + 10}`);
  await createSleepers(owner, ...names);
  await page.setViewportSize({ width: 1200, height: 500 });
  await openContainers(page, davit);
  await rowOf(page, 'row-28').getByRole('checkbox').check();
  await rowOf(page, 'row-30').scrollIntoViewIfNeeded();
  const actions = page.getByRole('button', { name: t('containers.actionsOf', { name: 'row-30' }) });
  await actions.click();
  const menu = page.getByRole('menu');
  await menu.getByRole('menuitem').first().focus();
  expect(await page.evaluate(() => window.scrollY)).toBeGreaterThan(0);
  // On the screen: where a line appears above, the page is scrolled by as much.
  const row30 = page.locator('tr', { hasText: 'row-30' });
  const place = () => row30.evaluate((row) => Math.round(row.getBoundingClientRect().top));
  const before = await place();
  for (const name of ['row-30', 'row-10', 'row-29']) {
    await owner.trpc.containers.start.mutate({ containerId: name });
    await owner.trpc.containers.kill.mutate({ containerId: name });
    await expect(page.locator('tr', { hasText: name })).toContainText('137');
  }
  await owner.trpc.containers.remove.mutate({ containerId: 'row-33' });
  // The pointer is in the list: what is gone keeps its place.
  await expect(page.locator('tr', { hasText: 'row-33' })).toHaveCSS('text-decoration-line', 'line-through');
  await expect(menu).toBeVisible();
  expect(await menu.evaluate((element) => element.contains(document.activeElement))).toBe(true);
  expect(await place()).toBe(before);
  await page.keyboard.press('Escape');
  await expect(actions).toBeFocused();
  const link = page.getByRole('link', { name: 'row-30', exact: true });
  await link.focus();
  await owner.trpc.containers.start.mutate({ containerId: 'row-30' });
  await expect(rowOf(page, 'row-30')).toContainText(t('state.running'));
  await expect(link).toBeFocused();
  await expect(rowOf(page, 'row-28').getByRole('checkbox')).toBeChecked();
  expect(await page.evaluate(() => 'davitNotReloaded' in window)).toBe(true);
  const bar = page.getByRole('region', { name: t('ui.selection') });
  await expect(bar.getByText('Esc', { exact: true })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(bar).toHaveCount(0);
});

interface Coloured {
  colours: { colour: string; at: number }[][];
}

/** Runs in the browser: keeps in `colours` which colour each row has now and has after each tint. */
function noteColours(rows: readonly Element[]): void {
  const colours: Coloured['colours'] = rows.map((row) => {
    const colourNow = () => ({ colour: getComputedStyle(row).backgroundColor, at: performance.now() });
    const noted = [colourNow()];
    const attributeFilter = ['data-tinted'];
    new MutationObserver(() => noted.push(colourNow())).observe(row, { attributeFilter });
    return noted;
  });
  Object.assign(window, { colours });
}

for (const reducedMotion of ['no-preference', 'reduce'] as const) {
  test(`a row that changed stands out for 600 ms, and no other; motion: ${reducedMotion}`, async ({ page }) => {
    await page.emulateMedia({ reducedMotion });
    await createSleepers(owner, 'a-1', 'b-1');
    await openContainers(page, davit);
    await expect(rowOf(page, 'b-1')).toBeVisible();
    await page.locator('tr[data-row-id]').evaluateAll(noteColours);
    await owner.trpc.containers.rename.mutate({ containerId: 'a-1', name: 'a-2' });
    const read = () => page.evaluate(() => (window as unknown as Coloured).colours);
    await expect.poll(async () => (await read()).map(({ length }) => length)).toEqual([3, 1]);
    const [[before, tinted, after] = []] = await read();
    expect(after?.colour).toBe(before?.colour);
    expect(tinted?.colour === before?.colour).toBe(reducedMotion === 'reduce');
    expect((after?.at ?? 0) - (tinted?.at ?? 0)).toBeGreaterThan(550);
  });
}

for (const width of [1280, 360]) {
  test(`toasts rise above the bar of a selection; an error stays until it is closed, and can be copied; ${width} px`, async ({
    page,
    context,
  }) => {
    await createSleepers(owner, 'row-10');
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.setViewportSize({ width, height: 720 });
    await openContainers(page, davit);
    const row = page.getByRole('checkbox', { name: t('ui.selectRow', { name: 'row-10' }) });
    await row.filter({ visible: true }).check();
    await page.route(/session\.signOut/, (route) => route.fulfill({ status: 500, body: '' }));
    await page.getByRole('button', { name: t('nav.userMenu', { name: OWNER }) }).click();
    await page.getByRole('menuitem', { name: t('nav.signOut') }).click();
    const toasts = page.locator('[data-sonner-toast]');
    const failed = toasts.filter({ hasText: t('error.network') });
    await expect(failed).toBeVisible();
    const font = await page.locator('body').evaluate((body) => getComputedStyle(body).fontFamily);
    await expect(failed).toHaveCSS('font-family', font);
    const bar = page.getByRole('region', { name: t('ui.selection') });
    const gap = async () => {
      const [below, above] = [await bar.boundingBox(), await failed.boundingBox()];
      return (below?.y ?? 0) - ((above?.y ?? 0) + (above?.height ?? 0));
    };
    await expect.poll(gap).toBeGreaterThan(0);
    await failed.getByRole('button', { name: t('ui.copy'), exact: true }).click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(t('error.network'));
    if (width > 768) {
      await page.getByRole('button', { name: t('nav.copyLink') }).click();
      const copied = toasts.filter({ hasText: t('ui.copied') });
      await expect(copied).toBeVisible();
      await expect(copied).toHaveCount(0);
    }
    await expect(failed).toBeVisible();
    await failed.getByRole('button', { name: t('ui.dismiss') }).click();
    await expect(failed).toHaveCount(0);
  });
}

test('a long list keeps its height while rows come and go: one that grew would be painted anew as a whole', async ({
  page,
}) => {
  await createSleepers(owner, ...Array.from({ length: 130 }, (_, index) => `row-${String(index).padStart(3, '0')}`));
  const many = 'state,name,cpu,memory,networks,mounts,created,command,id';
  for (const [density, width, cols] of [
    ['compact', 1440, ''],
    ['comfortable', 1440, ''],
    // Wider than its page, it is scrolled by itself.
    ['comfortable', 800, many],
  ] as const) {
    await owner.trpc.session.setPreferences.mutate({ preferences: { density } });
    await page.setViewportSize({ width, height: 900 });
    await enter(page, davit);
    await page.goto(`${davit.url}/containers?sort=name&cols=${cols}`);
    await untilLive(page);
    await expect(page.locator('[data-sideways]')).toHaveCount(cols === '' ? 0 : 1);
    const heights = await page.evaluate(async () => {
      const seen = new Set<number>();
      const scrolled = document.querySelector('[data-sideways]') ?? document.documentElement;
      for (let step = 0; step < 25; step += 1) {
        scrolled.scrollBy(0, 120);
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
        seen.add(scrolled.scrollHeight);
      }
      return [...seen];
    });
    expect(heights, density).toHaveLength(1);
    const rows = page.locator('tr[data-row-id]');
    expect(await rows.first().getAttribute('data-index')).not.toBe('0');
    // They are drawn to below what is seen.
    const bottom = await rows.last().evaluate((row) => row.getBoundingClientRect().bottom);
    expect(bottom).toBeGreaterThan(900);
    await expect(page.getByRole('columnheader', { name: t('containers.column_name') })).toBeInViewport();
  }
});
