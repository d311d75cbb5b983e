// The pictures of the README, taken with Chromium from a server of their own with a shop in it:
// `./davit build && PATH=$PWD/tools/node_modules/.bin:$PATH node scripts/screenshots/main.ts`. With `--all FOLDER` every
// page and dialog there, light and dark, wide and narrow, in both languages; `--only TEXT` takes those with it in their
// name. Needs root and packages that `./davit test` installs.
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Browser, chromium } from '@playwright/test';
import { startDavit } from '../../e2e/davit-process.ts';
import { closeShop, openShop } from './shop.ts';
import { listShots, type Shot } from './shots.ts';

const SHOWN = join(import.meta.dirname, '../../docs/screens');
const MAX_BYTES = 140_000;

/** How a picture is taken; its words stand in the name of the file. */
interface View {
  words: readonly string[];
  width: number;
  height: number;
  colorScheme: 'light' | 'dark';
  locale: 'en' | 'zh';
}

const SHOWN_VIEWS = (['light', 'dark'] as const).map(
  (colorScheme): View => ({ words: [colorScheme], width: 1280, height: 700, colorScheme, locale: 'en' }),
);

const ALL_VIEWS = (['light', 'dark'] as const).flatMap((colorScheme) =>
  ([1440, 360] as const).flatMap((width) =>
    (['en', 'zh'] as const).map(
      (locale): View => ({
        words: [String(width), colorScheme, locale],
        width,
        height: width === 360 ? 800 : 900,
        colorScheme,
        locale,
      }),
    ),
  ),
);

async function takeAll(
  browser: Browser,
  shots: readonly Shot[],
  view: View,
  { url, cookie, folder }: { url: string; cookie: string; folder: string },
): Promise<void> {
  const { width, height, colorScheme, locale } = view;
  await using context = await browser.newContext({ viewport: { width, height }, colorScheme, locale });
  const [name = '', value = ''] = cookie.split('=');
  for (const shot of shots) {
    const stranger = shot.path === '/login' || shot.path === '/setup';
    await context.clearCookies();
    await context.addCookies([{ name: 'davit-locale', value: locale, url }]);
    if (!stranger) await context.addCookies([{ name, value, url }]);
    const page = await context.newPage();
    const path = join(folder, `${[shot.name, ...view.words].join('-')}.png`);
    try {
      await page.goto(url + shot.path);
      await page.locator('h1').first().waitFor();
      await page.locator('.skeleton').first().waitFor({ state: 'detached' });
      if (shot.ready !== undefined) {
        await page.getByRole('main').getByText(shot.ready).first().waitFor({ timeout: 60_000 });
      }
      // Live meters need a second reading before they show a rate.
      await page.waitForTimeout(2_500);
      await shot.open?.(page);
    } catch (error) {
      // One page that does not open is told; the others are still worth having.
      process.exitCode = 1;
      process.stderr.write(`${path}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}\n`);
    }
    await page.screenshot({ path, animations: 'disabled' });
    await page.close();
    const { size } = statSync(path);
    process.stdout.write(`${path}: ${Math.round(size / 1000)} kB\n`);
    if (folder === SHOWN && size > MAX_BYTES) throw new Error(`${path} has ${size} bytes, more than ${MAX_BYTES}`);
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { all: { type: 'string' }, only: { type: 'string' }, views: { type: 'string' } },
  });
  const folder = values.all ?? SHOWN;
  mkdirSync(folder, { recursive: true });
  await using davit = await startDavit({ hostTerminal: true, pools: 6 });
  const shop = await openShop(davit);
  try {
    await using browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium-headless-shell',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
    });
    const named = listShots(shop).filter(({ name }) => values.only === undefined || name.includes(values.only));
    for (const view of values.all === undefined ? SHOWN_VIEWS : ALL_VIEWS) {
      if (values.views !== undefined && !view.words.join('-').includes(values.views)) continue;
      const shots = values.all === undefined ? named.filter(({ shown }) => shown?.includes(view.colorScheme)) : named;
      await takeAll(browser, shots, view, { url: davit.url, cookie: shop.api.cookie(), folder });
    }
  } finally {
    await closeShop(shop.api);
  }
}

await main();
