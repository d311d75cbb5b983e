// A server with one object of each kind, and a walk through every page there is.
import { type BrowserContext, expect, type Page } from '@playwright/test';
import type { ApiClient } from '../api-client.ts';
import type { DavitProcess } from '../davit-process.ts';
import { pageAddresses } from '../page-addresses.ts';
import { OWNER, startOwned } from './steps.ts';
import type { Locale } from './words.ts';

export interface Tour extends AsyncDisposable {
  davit: DavitProcess;
  owner: ApiClient;
  addresses: readonly string[];
}

/** Each width and each theme; axe takes too long to look at all pairs. */
export const VIEWS = [
  [1440, 'light'],
  [360, 'dark'],
] as const;

const ALL_VIEWS = [1440, 360].flatMap((width) => (['light', 'dark'] as const).map((theme) => [width, theme] as const));

/** Words that are no language's: names, and what programs print. */
export const NAMES = ['Davit', 'busybox', OWNER, 'no such database'];

export async function startTour(): Promise<Tour> {
  await using undo = new AsyncDisposableStack();
  const { davit, owner } = await startOwned();
  undo.use(davit);
  await run(owner, 'web', 'echo ready to serve; sleep 3600');
  await run(owner, 'broken', 'echo no such database >&2; exit 3');
  const addresses = await addressesOf(owner);
  const started = undo.move();
  return {
    davit,
    owner,
    addresses,
    // Containers outlive their server: they are removed through it, or nothing ends them.
    async [Symbol.asyncDispose]() {
      await using _server = started;
      for (const { id } of await owner.trpc.containers.list.query({})) {
        await owner.trpc.containers.remove.mutate({ containerId: id, force: true });
      }
    },
  };
}

async function run({ trpc }: ApiClient, name: string, command: string): Promise<void> {
  const config = {
    image: 'busybox:1',
    command: ['sh', '-c', command],
    mounts: [{ type: 'volume' as const, name: 'data', target: '/data' }],
  };
  await trpc.containers.run.mutate({ name, config });
}

/** Of all pages within the dashboard, with objects called as in a tour. */
export async function addressesOf({ trpc }: ApiClient): Promise<string[]> {
  const [operation] = await trpc.operations.list.query({});
  const [image] = await trpc.images.list.query({});
  const found = pageAddresses({
    '/activity/operations/[id]': `/activity/operations/${operation?.id ?? ''}`,
    '/containers/[name]': '/containers/web',
    '/images/[id]': `/images/${encodeURIComponent(image?.id ?? '')}`,
    '/networks/[name]': '/networks/bridge',
    '/volumes/[name]': '/volumes/data',
  });
  expect(found.length).toBeGreaterThan(10);
  return found;
}

/** With the session of the client. */
export async function enterAs(context: BrowserContext, { davit }: Tour, as: ApiClient, locale: Locale): Promise<void> {
  const [name = '', ...value] = as.cookie().split('=');
  await context.addCookies([
    { name, value: value.join('='), url: davit.url },
    { name: 'davit-locale', value: locale, url: davit.url },
  ]);
}

/** What the browser complains about, and what it asks of others. */
export function watch(page: Page, { davit }: Tour): string[] {
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

export async function open(page: Page, davit: DavitProcess, address: string): Promise<void> {
  await page.goto(davit.url + address);
  await expect(page.locator('h1')).toBeVisible();
  await expect(page.locator('.skeleton')).toHaveCount(0);
}

interface Looks {
  /** In each of the views. */
  inView?: (address: string, width: number, colorScheme: 'light' | 'dark') => Promise<string[]>;
  /** Wide again, after the narrow ones. */
  afterwards: (address: string) => Promise<string[]>;
}

/** Goes through the sign-in and all pages. @returns what `looks` and the browser found, and pages wider than their window */
export async function tourPages(page: Page, tour: Tour, locale: Locale, looks: Looks): Promise<string[]> {
  const { owner } = tour;
  const context = page.context();
  await enterAs(context, tour, owner, locale);
  const problems = watch(page, tour);
  const fit = async (address: string, width: number) => {
    await page.setViewportSize({ width, height: 800 });
    const used = await page.evaluate(() => document.documentElement.scrollWidth);
    if (used > width) problems.push(`${address} is ${used} px wide in ${width}`);
  };
  for (const address of ['/login', ...tour.addresses]) {
    await page.setViewportSize({ width: 1440, height: 900 });
    if (address === '/login') await context.clearCookies({ name: owner.cookie().split('=')[0] ?? '' });
    await open(page, tour.davit, address);
    if (address === '/login') await enterAs(context, tour, owner, locale);
    for (const [width, colorScheme] of process.env['DAVIT_UI_ALL_VIEWS'] === '1' ? ALL_VIEWS : VIEWS) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await fit(address, width);
      problems.push(...((await looks.inView?.(address, width, colorScheme)) ?? []));
    }
    await fit(address, 320);
    await page.setViewportSize({ width: 1440, height: 900 });
    problems.push(...(await looks.afterwards(address)));
  }
  return problems;
}
