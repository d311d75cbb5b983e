// What is measured, each with the figure that it should reach.
import { setTimeout as delay } from 'node:timers/promises';
import { expect, type Page } from '@playwright/test';
import { inParallel, timed } from '../benchmark.ts';
import type { Result } from './results.ts';
import { javascript } from './script-sizes.ts';
import { LONG_LOG, NOISY, type Stage } from './stage.ts';
import type { Watcher } from './watcher.ts';

interface Measure {
  name: string;
  about: string;
  /** While all browsers look on; they are opened once for all measures that want them. */
  viewers?: true;
  run(stage: Stage, viewers: Viewers): Promise<Result[]>;
}

/** All who look at the list. */
export interface Viewers {
  pages: readonly Page[];
  watchers: readonly Watcher[];
}

export const NOBODY: Viewers = { pages: [], watchers: [] };
const VISITOR = { name: 'berta', password: 'another long passphrase' };
const ROW = 'tbody tr[data-row-id]';
const SCROLL_MS = 4_000;
const SHOWN_MS = 120_000;
/** A server is at rest. */
const SETTLED_MS = 2_000;
/** Whoever has not seen an event by then never will. */
const EVENT_MS = 20_000;

export const MEASURES: readonly Measure[] = [
  { name: 'idle', about: 'memory of the server, after its first page and with no browser', run: idle },
  { name: 'javascript', about: 'script of each page, as it crosses the wire', run: javascript },
  { name: 'reads', about: 'tRPC reads while all browsers look on', viewers: true, run: reads },
  { name: 'sign-in', about: 'from the button to a list that answers, while all look on', viewers: true, run: signIn },
  { name: 'events', about: 'from an event to the eye of every browser', viewers: true, run: events },
  { name: 'server', about: 'memory of the server while all browsers look on', viewers: true, run: serverMemory },
  { name: 'table', about: 'scrolling a long list, and what its tab needs', run: scrollTable },
  { name: 'log', about: 'scrolling a long log, and what its tab needs', run: scrollLog },
  { name: 'flood', about: 'a tab with the log that never rests', run: watchFlood },
];

/** All have the list open, and one more the log that never rests. They stand still: nobody scrolls in them. */
export async function openViewers(stage: Stage): Promise<Viewers> {
  const { browsers, drawing, rate } = stage.sizes;
  const pages: Page[] = [];
  await inParallel(Math.min(browsers, drawing), 2, async () => {
    const page = await stage.open('/containers');
    pages.push(page);
    await page.locator(ROW).first().waitFor({ timeout: SHOWN_MS });
    // With its socket: what changes comes by itself.
    await page.getByText('Live', { exact: true }).waitFor({ timeout: SHOWN_MS });
  });
  const watchers: Watcher[] = [];
  await inParallel(browsers - pages.length, 2, async () => {
    watchers.push(await stage.watch());
  });
  if (rate > 0) await (drawing > 0 ? stage.open(`/containers/${NOISY}/logs`) : stage.follow(NOISY));
  return { pages, watchers };
}

async function idle(stage: Stage): Promise<Result[]> {
  const page = await stage.open('/containers');
  await page.locator(ROW).first().waitFor({ timeout: SHOWN_MS });
  await page.context().close();
  await delay(SETTLED_MS);
  const { now, proportional } = stage.serverMemory();
  return [
    { what: 'server after its first page, resident', unit: 'MB', values: [now], target: 250 },
    { what: 'server after its first page, its own part', unit: 'MB', values: [proportional], target: 250 },
  ];
}

async function serverMemory(stage: Stage): Promise<Result[]> {
  const values: number[] = [];
  for (let second = 0; second < 10; second += 1) {
    values.push(stage.serverMemory().now);
    await delay(1_000);
  }
  const { most } = stage.serverMemory();
  return [
    { what: `server, ${stage.sizes.browsers} browsers, resident`, unit: 'MB', values, target: 400 },
    { what: 'server, the most since its start', unit: 'MB', values: [most], target: 400 },
  ];
}

async function reads({ api: { trpc }, sizes }: Stage): Promise<Result[]> {
  const containerId = 'c-0001';
  const questions: Record<string, () => Promise<unknown>> = {
    'containers.list': () => trpc.containers.list.query({}),
    'containers.get': () => trpc.containers.get.query({ containerId }),
    'images.list': () => trpc.images.list.query({}),
    'networks.list': () => trpc.networks.list.query({}),
    'volumes.list': () => trpc.volumes.list.query({}),
    'operations.list': () => trpc.operations.list.query({}),
    'events.list': () => trpc.events.list.query({ limit: 80 }),
    'host.usage': () => trpc.host.usage.query({}),
  };
  const results: Result[] = [];
  for (const [what, ask] of Object.entries(questions)) {
    const values: number[] = [];
    for (let round = 0; round < sizes.rounds * 5; round += 1) values.push(await timed(ask));
    results.push({ what, unit: 'ms', values, target: 50 });
  }
  return results;
}

async function signIn({ browser, davit, sizes }: Stage): Promise<Result[]> {
  const values: number[] = [];
  // Each round is a session, of which an account has only so many: those that look on must not end by it.
  await davit.admin(['create-user', VISITOR.name, '--role', 'admin', '--password-stdin'], VISITOR.password);
  for (let round = 0; round < sizes.rounds; round += 1) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-US' });
    try {
      const page = await context.newPage();
      await page.goto(`${davit.url}/containers`);
      await page.getByLabel('Name').fill(VISITOR.name);
      await page.getByLabel('Password', { exact: true }).fill(VISITOR.password);
      const button = page.getByRole('button', { name: 'Sign in' });
      values.push(
        await timed(async () => {
          // Pressed from inside the page, both times: what a tool needs to find a place and hit it is no part of it.
          await button.evaluate((element: HTMLElement) => element.click());
          await page.waitForFunction(pressUntilChecked, `${ROW} input[type=checkbox]`, {
            polling: 'raf',
            timeout: SHOWN_MS,
          });
        }),
      );
    } finally {
      await context.close();
    }
  }
  return [{ what: 'sign-in to a list that answers', unit: 'ms', values, target: 1_000 }];
}

/** Runs in the browser with each frame: whether a box that it presses is checked. */
function pressUntilChecked(selector: string): boolean {
  const box = document.querySelector<HTMLInputElement>(selector);
  if (box?.checked === false) box.click();
  return box?.checked === true;
}

/** A container is renamed; each browser notes when its row says so. From the event's own time, on the same clock. */
async function events({ api: { trpc }, sizes }: Stage, { pages, watchers }: Viewers): Promise<Result[]> {
  const [first] = (await trpc.containers.list.query({})).toSorted((a, b) => a.name.localeCompare(b.name));
  if (first === undefined) throw new Error('there is no container');
  const eyes: number[] = [];
  const ears: number[] = [];
  for (let round = 0; round < sizes.rounds; round += 1) {
    const name = `a-${String(round).padStart(4, '0')}`;
    // What looks is there before, and is asked afterwards, so that it takes no part of what is measured.
    await Promise.all(pages.map((page) => page.evaluate(lookForRow, { id: first.id, name, ms: EVENT_MS })));
    const told = Promise.all(watchers.map((watcher) => watcher.untilNamed({ id: first.id, name, ms: EVENT_MS })));
    // Handled where it is waited for.
    told.catch(() => undefined);
    await delay(300);
    await trpc.containers.rename.mutate({ containerId: first.id, name });
    await delay(1_000);
    const seen = pages.map((page) => page.evaluate(() => (window as unknown as Looking).rowSeen));
    const [times, log] = await Promise.all([Promise.all(seen), trpc.events.list.query({ limit: 20 })]);
    const event = log.find(({ action, id }) => action === 'rename' && id === first.id);
    if (event === undefined) throw new Error('the event of the renaming was not kept');
    const since = (time: number): number => time - event.at.getTime();
    eyes.push(...times.map(since));
    ears.push(...(await told).map(since));
  }
  const results: Result[] = [];
  if (pages.length > 0)
    results.push({ what: `event to eye, ${pages.length} browsers`, unit: 'ms', values: eyes, target: 250 });
  if (watchers.length > 0) {
    // Whoever draws on a machine of its own needs the rest of the time for that.
    results.push({ what: `event to ${watchers.length} browsers elsewhere`, unit: 'ms', values: ears, target: 250 });
  }
  return results;
}

interface Looking {
  rowSeen: Promise<number>;
}

/** Runs in the browser: `rowSeen` will be when the row was drawn with this name. */
function lookForRow({ id, name, ms }: { id: string; name: string; ms: number }): void {
  const rowSeen = new Promise<number>((resolve, reject) => {
    setTimeout(() => reject(new Error(`the row did not say ${name} within ${ms} ms`)), ms);
    const look = (): boolean => {
      if (document.querySelector(`[data-row-id="${id}"]`)?.textContent?.includes(name) !== true) return false;
      observer.disconnect();
      // Drawn, not only in the document.
      requestAnimationFrame(() => resolve(Date.now()));
      return true;
    };
    const observer = new MutationObserver(look);
    if (!look()) observer.observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  Object.assign(window, { rowSeen });
}

async function scrollTable(stage: Stage): Promise<Result[]> {
  const page = await stage.open('/shortcuts');
  await page.route(/\/api\/trpc\/[^?]*containers\.list/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({
      response,
      json: multiplied(await response.json(), new URL(route.request().url()), stage.sizes.rows),
    });
  });
  const before = await heapOf(page);
  await page.goto(`${stage.davit.url}/containers`);
  await page.locator(ROW).first().waitFor({ timeout: SHOWN_MS });
  const frames = await page.evaluate(scrollAndCount, { selector: '', ms: SCROLL_MS });
  const after = await heapOf(page);
  await page.context().close();
  return [
    { what: `frames, list of ${stage.sizes.rows} rows`, unit: 'frames/s', values: [frames], target: 50 },
    { what: 'memory of its tab, more', unit: 'MB', values: [after - before], target: 150 },
  ];
}

async function scrollLog(stage: Stage): Promise<Result[]> {
  const page = await stage.open('/shortcuts');
  const before = await heapOf(page);
  await page.goto(`${stage.davit.url}/containers/${LONG_LOG}/logs`);
  const log = page.getByRole('log');
  const shown = await timed(() =>
    log.getByText(`${stage.sizes.lines} some words`).first().waitFor({ timeout: SHOWN_MS }),
  );
  // To the top again and again reads everything back; the page holds as many lines as it can.
  await expect(async () => {
    await log.evaluate((element) => {
      element.scrollTop = 0;
    });
    await expect(log.getByText(/^1 some words/)).toBeVisible({ timeout: 200 });
  }).toPass({ timeout: SHOWN_MS, intervals: [20] });
  const frames = await page.evaluate(scrollAndCount, { selector: '[role=log]', ms: SCROLL_MS });
  const after = await heapOf(page);
  await page.context().close();
  return [
    { what: 'end of the log shown', unit: 'ms', values: [shown], target: 1_000 },
    { what: `frames, log of ${stage.sizes.lines} lines`, unit: 'frames/s', values: [frames], target: 50 },
    { what: 'memory of its tab, more', unit: 'MB', values: [after - before], target: 150 },
  ];
}

/** The tab itself must stay usable, and no more of the log kept than it may hold. */
async function watchFlood(stage: Stage): Promise<Result[]> {
  if (stage.sizes.rate === 0) return [];
  const page = await stage.open('/shortcuts');
  const before = await heapOf(page);
  await page.goto(`${stage.davit.url}/containers/${NOISY}/logs`);
  await page.getByRole('log').getByText(/\d/).first().waitFor({ timeout: SHOWN_MS });
  await delay(SCROLL_MS);
  const [from, at] = [stage.printed(), performance.now()];
  const frames = await page.evaluate(countFrames, SCROLL_MS);
  const printed = ((stage.printed() - from) * 1_000) / (performance.now() - at);
  const wrap = page.getByRole('button', { name: 'Wrap', exact: true });
  const presses: number[] = [];
  for (let round = 0; round < stage.sizes.rounds; round += 1) {
    const pressed = await wrap.getAttribute('aria-pressed');
    presses.push(
      await timed(async () => {
        await wrap.click();
        await expect(wrap).not.toHaveAttribute('aria-pressed', pressed ?? '');
      }),
    );
  }
  const after = await heapOf(page);
  await page.context().close();
  const what = `log at ${stage.sizes.rate} MB/s`;
  return [
    { what: 'what the container prints while it is watched', unit: 'MB/s', values: [printed] },
    { what: `frames, ${what}`, unit: 'frames/s', values: [frames] },
    { what: `a press of a button, ${what}`, unit: 'ms', values: presses },
    { what: `memory of its tab, more, ${what}`, unit: 'MB', values: [after - before], target: 150 },
  ];
}

/** Runs in the browser. */
function countFrames(ms: number): Promise<number> {
  return new Promise((resolve) => {
    const began = performance.now();
    let frames = 0;
    const draw = (now: number): void => {
      frames += 1;
      if (now - began >= ms) resolve((frames * 1_000) / (now - began));
      else requestAnimationFrame(draw);
    };
    requestAnimationFrame(draw);
  });
}

/** Runs in the browser: scrolls some rows a frame, turning at the ends, and gives frames a second. */
function scrollAndCount({ selector, ms }: { selector: string; ms: number }): Promise<number> {
  const target = selector === '' ? document.scrollingElement : document.querySelector(selector);
  if (target === null) throw new Error('nothing to scroll');
  return new Promise((resolve) => {
    const began = performance.now();
    let frames = 0;
    let step = 120;
    const draw = (): void => {
      const passed = performance.now() - began;
      if (passed >= ms) {
        resolve((frames * 1_000) / passed);
        return;
      }
      frames += 1;
      const at = target.scrollTop;
      target.scrollTop = at + step;
      if (target.scrollTop === at) step = -step;
      requestAnimationFrame(draw);
    };
    requestAnimationFrame(draw);
  });
}

/** The answer with each container as often as it takes to have so many rows; ids and names of their own. */
function multiplied(body: unknown, url: URL, rows: number): unknown {
  const names = url.pathname.split('/trpc/')[1]?.split(',') ?? [];
  const answers = Array.isArray(body) ? body : [body];
  const answer = answers[names.indexOf('containers.list')];
  const data = answer?.result?.data as { json: Record<string, unknown>[]; meta?: { values?: Record<string, unknown> } };
  if (data === undefined) return body;
  const { json: own, meta } = data;
  const values = Object.entries(meta?.values ?? {});
  data.json = Array.from({ length: rows }, (_, at) => {
    const row = own[at % own.length] ?? {};
    return { ...row, id: `${at}-${String(row['id'])}`, name: `row-${String(at).padStart(5, '0')}` };
  });
  if (data.meta !== undefined) {
    data.meta.values = Object.fromEntries(
      data.json.flatMap((_, at) =>
        values
          .filter(([path]) => path.startsWith(`${at % own.length}.`))
          .map(([path, kind]) => [path.replace(/^\d+/, String(at)), kind]),
      ),
    );
  }
  return body;
}

/** MB of live objects, buffers outside the heap of JavaScript included. */
async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.enable');
  await session.send('HeapProfiler.collectGarbage');
  const {
    usedSize,
    embedderHeapUsedSize = 0,
    backingStorageSize = 0,
  } = (await session.send('Runtime.getHeapUsage')) as {
    usedSize: number;
    embedderHeapUsedSize?: number;
    backingStorageSize?: number;
  };
  await session.detach();
  return (usedSize + embedderHeapUsedSize + backingStorageSize) / 1_000_000;
}
