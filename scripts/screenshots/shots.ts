// Which pictures there are: every page, and what opens over one.
import type { Page } from '@playwright/test';
import { pageAddresses } from '../../e2e/page-addresses.ts';

export interface Shot {
  name: string;
  path: string;
  /** What has to be on the page first. */
  ready?: RegExp;
  /** Opens what the picture is of; in whichever language, so it finds things by their place. */
  open?: (page: Page) => Promise<void>;
  /** The themes in which the README shows it. */
  shown?: readonly ('light' | 'dark')[];
}

/** Names of the pages that the README shows, or that take a moment to be complete. */
const KNOWN: Record<string, Omit<Shot, 'name' | 'path'> & { name?: string }> = {
  '/': { name: 'home', ready: /\d\s?%/, shown: ['light', 'dark'] },
  '/containers': { ready: /\d\s?[KM]iB/, shown: ['light', 'dark'] },
  '/containers/shop-web': { name: 'container', ready: /\d\s?[KM]iB/, shown: ['light'] },
  '/containers/shop-worker/logs': { name: 'logs', ready: /^job \d+ done$/, shown: ['light', 'dark'] },
  '/containers/shop-web/terminal': { name: 'terminal', open: openTerminal, shown: ['dark'] },
  '/containers/shop-worker/stats': { name: 'stats', ready: /\d\s?[KM]iB/, shown: ['dark'] },
  '/containers/shop-web/network': { name: 'network', ready: /fd00:/ },
  '/containers/new': { name: 'create', shown: ['light'] },
  '/images': { shown: ['light'] },
  '/admin/users': { name: 'users', shown: ['light'] },
  '/networks/ports': { name: 'ports', shown: ['light'] },
};

const MORE: Shot[] = [
  { name: 'container-killed', path: '/containers/thumbnails' },
  { name: 'container-failed', path: '/containers/import-prices' },
  { name: 'container-unhealthy', path: '/containers/shop-api' },
  {
    name: 'container-long-name',
    path: '/containers/a-container-with-a-rather-long-name-that-has-to-be-broken-somewhere',
  },
  { name: 'container-gone', path: '/containers/nobody' },
  { name: 'containers-no-match', path: '/containers?q=zzz' },
  { name: 'containers-selected', path: '/containers', open: selectThree },
  { name: 'containers-menu', path: '/containers', open: async (page) => press(page, 'tbody tr [aria-haspopup=menu]') },
  {
    name: 'dialog-remove',
    path: '/containers',
    open: async (page) => chooseLast(page, 'tbody tr [aria-haspopup=menu]'),
  },
  { name: 'dialog-remove-three', path: '/containers', open: removeThree },
  { name: 'dialog-network', path: '/networks', open: async (page) => press(page, 'main button.bg-accent') },
  { name: 'dialog-volume', path: '/volumes', open: async (page) => press(page, 'main button.bg-accent') },
  { name: 'dialog-invite', path: '/admin/users', open: async (page) => press(page, 'main button.bg-accent') },
  { name: 'user-menu', path: '/', open: async (page) => press(page, 'header [aria-haspopup=menu] >> nth=-1') },
  { name: 'tray', path: '/', open: async (page) => press(page, 'header [aria-haspopup=dialog] >> nth=0') },
];

async function press(page: Page, selector: string): Promise<void> {
  await page.locator(selector).first().click({ timeout: 5_000 });
  await page.locator('[role=menu], [role=dialog], [role=alertdialog]').first().waitFor({ timeout: 5_000 });
}

async function chooseLast(page: Page, selector: string): Promise<void> {
  await press(page, selector);
  await page.locator('[role=menuitem]').last().click();
  await page.locator('[role=dialog], [role=alertdialog]').first().waitFor({ timeout: 5_000 });
}

async function selectThree(page: Page): Promise<void> {
  const boxes = page.locator('tbody input[type=checkbox], tbody [role=checkbox]');
  for (const at of [0, 1, 2]) await boxes.nth(at).click({ timeout: 5_000 });
}

async function removeThree(page: Page): Promise<void> {
  await selectThree(page);
  await page.locator('button.text-danger\\!').last().click({ timeout: 5_000 });
  await page.locator('[role=dialog], [role=alertdialog]').first().waitFor({ timeout: 5_000 });
}

async function openTerminal(page: Page): Promise<void> {
  const screen = page.locator('.xterm-rows');
  const start = page.locator('main button.bg-accent').first();
  await screen.or(start).first().waitFor({ timeout: 30_000 });
  if (!(await screen.isVisible())) await start.click();
  await page.locator('.xterm-rows', { hasText: /[#$] / }).waitFor({ timeout: 30_000 });
  await page.keyboard.type('ls /; wget -q -O - http://127.0.0.1/\n');
  await page.locator('.xterm-rows', { hasText: 'hello from a container' }).waitFor({ timeout: 30_000 });
}

/** Every page, and what is opened over pages. */
export function listShots({ imageId, operationId }: { imageId: string; operationId: string }): Shot[] {
  const objects = {
    '/activity/operations/[id]': `/activity/operations/${operationId}`,
    '/containers/[name]/logs': '/containers/shop-worker/logs',
    '/containers/[name]/stats': '/containers/shop-worker/stats',
    '/containers/[name]': '/containers/shop-web',
    '/images/[id]': `/images/${encodeURIComponent(imageId)}`,
    '/networks/[name]': '/networks/back',
    '/volumes/[name]': '/volumes/shop-db',
  };
  const pages = ['/login', '/setup', ...pageAddresses(objects)].map((path): Shot => {
    const known = path
      .replace(imageId, 'image')
      .replace(encodeURIComponent(imageId), 'image')
      .replace(operationId, 'one');
    return { name: known.slice(1).replaceAll('/', '-'), path, ...KNOWN[path] };
  });
  return [...pages, ...MORE].toSorted((a, b) => a.name.localeCompare(b.name));
}
