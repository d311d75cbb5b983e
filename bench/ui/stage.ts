// A server with many containers, and browsers that look at it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Browser, type BrowserContext, chromium, type Page } from '@playwright/test';
import { busyboxRootfs } from '#engine/testing/busybox-rootfs.ts';
import { type ApiClient, createApiClient } from '../../e2e/api-client.ts';
import { type DavitProcess, startDavit } from '../../e2e/davit-process.ts';
import { inParallel } from '../benchmark.ts';
import { AS_PAGES, followLog, openWatcher, type Watcher } from './watcher.ts';

export interface Sizes {
  containers: number;
  running: number;
  browsers: number;
  /** Of the browsers, those that are drawn on this machine; all others are their sockets and requests, as if they drew elsewhere. */
  drawing: number;
  /** Rows of the table that is scrolled. */
  rows: number;
  /** Lines of the log that is scrolled. */
  lines: number;
  /** MB/s that one container prints; 0 for none. */
  rate: number;
  rounds: number;
}

export interface Stage extends AsyncDisposable {
  readonly sizes: Sizes;
  readonly davit: DavitProcess;
  readonly api: ApiClient;
  readonly browser: Browser;
  /** A window of its own with a cache of its own, signed in; `about:blank` for one that has asked for nothing yet. */
  open(address: string): Promise<Page>;
  /** Somebody whose browser draws on another machine. */
  watch(): Promise<Watcher>;
  /** Somebody who has the log of this container open on another machine. */
  follow(name: string): Promise<void>;
  /** Ends all windows and all who watch. */
  closeAll(): Promise<void>;
  /** What one container has printed so far, in MB. */
  printed(): number;
  /** Memory of the server process in MB: resident, the most that ever was, and resident without what others share. */
  serverMemory(): { now: number; most: number; proportional: number };
}

const OWNER = { name: 'anna', password: 'a long enough passphrase' };
export const NOISY = 'noisy';
export const LONG_LOG = 'long-log';
/** To print 1 MB. */
const PRINTING_US = 5_000;
const VIEW = { width: 1440, height: 900 };
const BROWSER = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  // Every window is looked at: none is slowed down for lying under another one.
  ...[
    '--disable-backgrounding-occluded-windows',
    '--disable-renderer-backgrounding',
    '--disable-background-timer-throttling',
  ],
];

export async function openStage(sizes: Sizes): Promise<Stage> {
  await using stack = new AsyncDisposableStack();
  const davit = stack.use(await startDavit({ launcher: true }));
  await davit.untilReady();
  const api = createApiClient(davit.url, '', AS_PAGES);
  const code = readFileSync(join(davit.dataRoot, 'setup-code'), 'utf8').trim();
  await api.trpc.session.setup.mutate({ code, ...OWNER });
  await importImage(davit, api);
  // Containers outlive their server: what runs is removed through it.
  stack.defer(() => endContainers(davit, api));
  const noisyId = await fill(api, sizes);
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium-headless-shell',
    args: BROWSER,
  });
  stack.defer(() => browser.close());
  const pid = serverPid(davit.dataRoot);
  const watchers = new Set<Disposable>();
  stack.defer(() => {
    for (const watcher of watchers) watcher[Symbol.dispose]();
  });
  const owned = stack.move();
  return {
    sizes,
    davit,
    api,
    browser,
    async open(address) {
      const context = await browser.newContext({ viewport: VIEW, locale: 'en-US' });
      await signIn(context, davit, api);
      const page = await context.newPage();
      if (address !== 'about:blank') await page.goto(davit.url + address);
      return page;
    },
    async watch() {
      const watcher = await openWatcher(davit.url, api.cookie());
      watchers.add(watcher);
      return watcher;
    },
    async follow(name) {
      watchers.add(await followLog(davit.url, api.cookie(), name));
    },
    async closeAll() {
      for (const watcher of watchers) watcher[Symbol.dispose]();
      watchers.clear();
      await Promise.all(browser.contexts().map((context) => context.close()));
    },
    printed: () => Number(readFileSync(join(davit.runRoot, 'containers', noisyId, 'rootfs/tmp/printed'), 'utf8')),
    serverMemory: () => memoryOf(pid),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function signIn(context: BrowserContext, davit: DavitProcess, api: ApiClient): Promise<void> {
  const cookie = api.cookie();
  const at = cookie.indexOf('=');
  await context.addCookies([
    { name: cookie.slice(0, at), value: cookie.slice(at + 1), url: davit.url, httpOnly: true },
  ]);
}

async function importImage(davit: DavitProcess, api: ApiClient): Promise<void> {
  const headers = { 'content-type': 'application/x-tar' };
  const init = { method: 'POST', headers, body: new Uint8Array(await busyboxRootfs()) };
  await api.send(`${davit.url}/api/uploads/images/import?reference=bench:1`, init);
  while ((await api.trpc.images.list.query({})).length === 0) await delay(50);
}

/** Gives the id of the one that never rests. */
async function fill({ trpc }: ApiClient, sizes: Sizes): Promise<string> {
  const create = async (name: string, script: string): Promise<string> => {
    const config = {
      image: 'bench:1',
      command: ['sh', '-c', script],
      network: 'none',
      stopSignal: 'SIGKILL',
      log: { driver: 'json-file', maxBytes: 50_000_000, maxFiles: 2 },
    };
    return (await trpc.containers.create.mutate({ name, config })).id;
  };
  await inParallel(sizes.containers, 4, async (at) => {
    const id = await create(`c-${String(at).padStart(4, '0')}`, 'sleep 100000');
    if (at < sizes.running) await trpc.containers.start.mutate({ containerId: id });
  });
  const long = await create(LONG_LOG, `seq ${sizes.lines} | sed 's/$/ some words that a line of a log has/'`);
  await trpc.containers.start.mutate({ containerId: long });
  if (sizes.rate === 0) return '';
  // A block of 1 MB in lines of 100 bytes, as often a second as there are MB/s; what it takes to print is part of the time.
  const block = `yes '${'x'.repeat(99)}' | head -c 1000000 >/tmp/block; n=0; echo 0 >/tmp/printed`;
  const pause = Math.max(1, Math.round(1_000_000 / sizes.rate) - PRINTING_US);
  const noisy = await create(
    NOISY,
    `${block}; while :; do cat /tmp/block; n=$((n+1)); echo $n >/tmp/printed; usleep ${pause}; done`,
  );
  await trpc.containers.start.mutate({ containerId: noisy });
  return noisy;
}

/** One that was ended together with this process has nothing left to be asked; its traces are removed with it. */
async function endContainers(davit: DavitProcess, { trpc }: ApiClient): Promise<void> {
  if (davit.exitCode() !== undefined) return;
  const running = (await trpc.containers.list.query({})).filter(({ state }) => state.status !== 'created');
  await inParallel(running.length, 4, async (at) => {
    const containerId = running[at]?.id ?? '';
    await trpc.containers.remove.mutate({ containerId, force: true });
  });
}

function serverPid(dataRoot: string): number {
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const words = readFileSync(`/proc/${entry}/cmdline`, 'utf8').split('\0');
      if (words.includes(dataRoot) && words.some((word) => word.endsWith('server/main.ts'))) return Number(entry);
    } catch {
      // A process that ended meanwhile.
    }
  }
  throw new Error('the process of the server was not found');
}

function memoryOf(pid: number): ReturnType<Stage['serverMemory']> {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (field: string): number =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? Number.NaN) / 1_000;
  const proportional = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
  return { now: megabytes('VmRSS'), most: megabytes('VmHWM'), proportional: Number(proportional) / 1_000 };
}
