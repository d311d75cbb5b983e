// People with long names, and with names that run from right to left, wherever somebody is named; pages at 200 % and without motion.
import { expect, type Page, test } from '@playwright/test';
import type { ApiClient } from '../api-client.ts';
import { type DavitProcess, startDavit } from '../davit-process.ts';
import { pageAddresses } from '../page-addresses.ts';
import { addUser, enter, expectNoSidewaysScroll, importBusybox, signedIn, untilLive, watchConsole } from './steps.ts';
import { t } from './words.ts';

/** As long as a name may be, without a place to break it. */
const LONG = 'w'.repeat(64);
const ARABIC = `${'مريم'.repeat(15)}-7`;
const HEBREW = 'דנה.12@ים';
/** Whose first letter is two units of a string. */
const RARE = '𠮷田さん';
const NAMES = [LONG, ARABIC, HEBREW, RARE];
/** A window of 1 440 points at 200 % has half as many. */
const ZOOMED = { width: 720, height: 450 };

let davit: DavitProcess;
let client: ApiClient;

test.beforeAll(async () => {
  // Four people are made by the command line, each with a password that takes its time.
  test.setTimeout(300_000);
  davit = await startDavit();
  for (const name of NAMES) await addUser(davit, name, 'owner');
  client = await signedIn(davit, LONG);
  for (const [index, name] of NAMES.entries()) {
    const theirs = await signedIn(davit, name);
    await importBusybox(theirs, davit, `busybox:${index}`);
    const config = { image: `busybox:${index}`, command: ['sleep', '3600'], stopSignal: 'SIGKILL' };
    const { id } = await theirs.trpc.containers.run.mutate({ name: `of-${index}`, config });
    if (index > 0) await theirs.trpc.containers.stop.mutate({ containerId: id });
  }
});

test.afterAll(async () => {
  await davit[Symbol.asyncDispose]();
});

/** What shows a name and is not inside the window, is covered by something else, or lets the name run out of its box. */
async function findSpoilt(page: Page): Promise<string[]> {
  return await page.evaluate((names) => {
    const spoilt: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const text = node.textContent ?? '';
      const element = node.parentElement;
      if (element === null || !names.some((name) => text.includes(name))) continue;
      if (!element.checkVisibility({ visibilityProperty: true }) || element.closest('.sr-only, script') !== null)
        continue;
      // Under a bar that stays lies what a person scrolls to; what no scrolling brings out is covered.
      element.scrollIntoView({ block: 'center' });
      const range = document.createRange();
      range.selectNodeContents(node);
      const box = range.getBoundingClientRect();
      // What is cut off with dots is inside of what cuts it off.
      const cutting = element.closest<HTMLElement>('.truncate');
      const seen = cutting?.getBoundingClientRect() ?? box;
      const room = (
        element.closest('td, li, section, [role="menu"], header, main') ?? document.body
      ).getBoundingClientRect();
      const tell = (what: string) => spoilt.push(`${what}: ${text.slice(0, 20)} in ${element.outerHTML.slice(0, 80)}`);
      if (seen.left < 0 || seen.right > window.innerWidth + 1) tell('outside of the window');
      if (seen.left < room.left - 1 || seen.right > room.right + 1) tell('outside of its box');
      if (seen.top < 0 || seen.bottom > window.innerHeight) continue;
      const at = document.elementFromPoint(seen.left + Math.min(seen.width, 8) / 2, seen.top + seen.height / 2);
      if (at !== null && !at.contains(element) && !element.contains(at))
        tell(`covered by ${at.outerHTML.slice(0, 60)}`);
    }
    return spoilt;
  }, NAMES);
}

async function openMenu(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: t('nav.userMenu', { name }) }).click();
  await expect(page.getByRole('menu')).toContainText(name);
}

/** Each page that names people, with how it does. */
const PLACES: [string, (page: Page) => Promise<void>][] = [
  ['/admin/users', async (page) => expect(page.getByRole('button', { name: HEBREW, exact: true })).toBeVisible()],
  [
    '/activity/operations',
    async (page) => expect(page.getByText(ARABIC).locator('visible=true').first()).toBeVisible(),
  ],
  ['/activity/events', async (page) => expect(page.getByText(RARE).locator('visible=true').first()).toBeVisible()],
  ['/', async (page) => expect(page.getByText(HEBREW).locator('visible=true').first()).toBeVisible()],
];

test('long names, and names from right to left, are whole where people are named: at every width, and at 200 %', async ({
  page,
}) => {
  test.setTimeout(240_000);
  const problems = watchConsole(page);
  await enter(page, davit, LONG);
  for (const [address, shown] of PLACES) {
    await page.goto(davit.url + address);
    await untilLive(page);
    for (const size of [{ width: 1440, height: 900 }, ZOOMED, { width: 360, height: 740 }]) {
      await page.setViewportSize(size);
      await shown(page);
      await expectNoSidewaysScroll(page);
      await expect.poll(() => findSpoilt(page), `${address} at ${size.width}`).toEqual([]);
    }
    await page.setViewportSize({ width: 1440, height: 900 });
  }
  for (const name of NAMES) {
    // A page that is open would ask without a session.
    await page.goto('about:blank');
    await page.context().clearCookies();
    await enter(page, davit, name);
    await page.goto(`${davit.url}/account`);
    await untilLive(page);
    // The first letter, however many units of a string it is.
    const initial = page.getByRole('button', { name: t('nav.userMenu', { name }) });
    await expect(initial).toHaveText([...name][0]?.toUpperCase() ?? '');
    for (const size of [ZOOMED, { width: 360, height: 740 }]) {
      await page.setViewportSize(size);
      await openMenu(page, name);
      await expectNoSidewaysScroll(page);
      await expect.poll(() => findSpoilt(page), `${name} at ${size.width}`).toEqual([]);
      await page.keyboard.press('Escape');
    }
  }
  const operations = await client.trpc.operations.list.query({});
  // One of each person.
  for (const { id, actorName } of new Map(operations.map((one) => [one.actorName, one])).values()) {
    await page.goto(`${davit.url}/activity/operations/${id}`);
    await expect(page.getByRole('main').getByText(actorName).first()).toBeVisible();
    await expect.poll(() => findSpoilt(page), actorName).toEqual([]);
  }
  expect(problems).toEqual([]);
});

test.describe('at 200 %, for who wants no motion', () => {
  test.use({ viewport: ZOOMED, deviceScaleFactor: 2, contextOptions: { reducedMotion: 'reduce' } });

  test('every page keeps inside its window, its heading is free, and nothing moves but progress', async ({ page }) => {
    test.setTimeout(240_000);
    await enter(page, davit, LONG);
    const [operation] = await client.trpc.operations.list.query({});
    const [image] = await client.trpc.images.list.query({});
    await client.trpc.volumes.create.mutate({ newName: 'data' });
    const addresses = pageAddresses({
      '/activity/operations/[id]': `/activity/operations/${operation?.id}`,
      '/containers/[name]': '/containers/of-0',
      '/images/[id]': `/images/${encodeURIComponent(image?.id ?? '')}`,
      '/networks/[name]': '/networks/bridge',
      '/volumes/[name]': '/volumes/data',
    });
    await page.addInitScript(() => {
      const moved = new Set<string>();
      Object.assign(window, { davitMoved: moved });
      const note = (event: AnimationEvent | TransitionEvent) => {
        const { target } = event;
        // A ring that turns says that something goes on.
        if (!(target instanceof Element) || target.matches('.spin, [role="progressbar"] *')) return;
        moved.add(`${event.type} of ${target.outerHTML.slice(0, 100)}`);
      };
      // Of no length they never run.
      addEventListener('animationstart', (event) => note(event), true);
      addEventListener('transitionrun', (event) => note(event), true);
    });
    for (const address of addresses) {
      await page.goto(davit.url + address);
      await expect(page.locator('h1')).toBeVisible();
      await expect(page.locator('.skeleton')).toHaveCount(0);
      await expectNoSidewaysScroll(page);
      // A dialog with an address stands over the page.
      const heading = page.locator('h1, [role="dialog"] h2').last();
      const isFree = () =>
        heading.evaluate((element) => {
          const { left, top, height } = element.getBoundingClientRect();
          const at = document.elementFromPoint(left + 4, top + height / 2);
          return at !== null && (element.contains(at) || at.contains(element));
        });
      // What is still being laid out may have it elsewhere for a moment.
      await expect.poll(isFree, address).toBe(true);
      const moved = await page.evaluate(() => [...(Reflect.get(window, 'davitMoved') as Set<string>)]);
      expect(moved, address).toEqual([]);
    }
  });
});
