// Texts that want to be markup, to turn the page around, to break it: they are shown as texts, wherever they appear.
import { expect, type Page, test } from '@playwright/test';
import { claimPool } from '../address-pool.ts';
import type { ApiClient } from '../api-client.ts';
import type { DavitProcess } from '../davit-process.ts';
import { enter, expectNoSidewaysScroll, startOwned, untilLive, watchConsole } from './steps.ts';
import { t } from './words.ts';

const MARKUP = '<img src=x onerror="window.davitHacked=1"><script>window.davitHacked=1</script>';
/** An override and an isolate that are never closed, and a byte order mark. */
const TURNING = '\u202egnp.exe\u2067\ufeff';
const CONTROLS = 'bell\u0007 escape\u001b[31m back\b\u0085\u2028line';
const LONG = 'w'.repeat(10_000);
const HOSTILE = `${MARKUP}${TURNING}${CONTROLS}`;
const LABELS = { markup: MARKUP, turning: TURNING, controls: CONTROLS, long: LONG, [MARKUP.slice(0, 60)]: 'key' };
const SHOWING = new Set([
  ...['/containers/evil/logs', '/containers/evil/processes', '/containers/evil/config'],
  ...['/containers?cols=state,name,image,mounts,command,labels', '/volumes/evil', '/networks/evil'],
]);
/** The longest that a container, a volume or a network may have. */
const LONG_NAME = 'n'.repeat(128);
const LONG_REFERENCE = `${'i'.repeat(120)}:${'t'.repeat(120)}`;
const WIDTHS = [1440, 360, 320];

let davit: DavitProcess;
let owner: ApiClient;
let pools: ReturnType<typeof claimPool>[];

test.beforeAll(async () => {
  pools = [claimPool(), claimPool()];
  const [subnets = [], others = []] = pools.map(({ subnet }) => [{ subnet }]);
  ({ davit, owner } = await startOwned());
  const { trpc } = owner;
  await trpc.volumes.create.mutate({ newName: 'evil', labels: LABELS });
  await trpc.networks.create.mutate({ name: 'evil', subnets, labels: LABELS });
  await trpc.networks.create.mutate({ name: LONG_NAME, subnets: others });
  await trpc.volumes.create.mutate({ newName: LONG_NAME });
  const config = {
    image: 'busybox:1',
    command: ['sh', '-c', 'echo "$HOSTILE"; echo "$LONG"; echo "$HOSTILE" >&2; sleep 3600; true', HOSTILE, LONG],
    env: [`HOSTILE=${HOSTILE}`, `LONG=${LONG}`],
    labels: LABELS,
    stopSignal: 'SIGKILL',
    mounts: [{ type: 'volume' as const, name: 'evil', target: `/${'d'.repeat(200)}` }],
  };
  await trpc.containers.run.mutate({ name: 'evil', config });
  await trpc.containers.create.mutate({ name: LONG_NAME, config: { image: 'busybox:1', command: [MARKUP] } });
  // It fails to start: what the error says holds the name of the program.
  await expect(trpc.containers.start.mutate({ containerId: LONG_NAME })).rejects.toThrow();
  await trpc.containers.commit.mutate({
    containerId: 'evil',
    reference: 'evil:1',
    message: HOSTILE.slice(0, 1024),
    author: MARKUP,
  });
  await expect.poll(async () => (await trpc.images.list.query({})).length, { timeout: 30_000 }).toBe(2);
  await trpc.images.tag.mutate({ imageId: 'evil:1', reference: LONG_REFERENCE });
  await trpc.containers.create.mutate({ name: 'of-evil', config: { image: 'evil:1' } });
});

test.afterAll(async () => {
  await davit[Symbol.asyncDispose]();
  for (const pool of pools) pool[Symbol.dispose]();
});

/** The page of an object, its tabs and the lists in which it appears. */
async function addresses(): Promise<string[]> {
  const { id: imageId } = await owner.trpc.images.get.query({ imageId: 'evil:1' });
  const tabs = ['', '/logs', '/stats', '/processes', '/network', '/storage', '/config', '/edit', '/duplicate'];
  return [
    '/',
    '/containers?cols=state,name,image,mounts,command,labels',
    ...tabs.map((tab) => `/containers/evil${tab}`),
    `/containers/${LONG_NAME}`,
    '/images',
    ...['', '/layers', '/used-by', '/raw'].map((tab) => `/images/${encodeURIComponent(imageId)}${tab}`),
    '/volumes?cols=name,labels',
    '/volumes/evil',
    '/networks',
    '/networks/evil',
    `/networks/${LONG_NAME}`,
    '/activity/events',
    '/activity/operations',
  ];
}

async function expectIntact(page: Page, width: number): Promise<void> {
  await expectNoSidewaysScroll(page);
  const head = await page.getByRole('banner', { includeHidden: true }).boundingBox();
  expect(head?.width, page.url()).toBeLessThanOrEqual(width);
  const found = await page.evaluate(() => ({
    hacked: 'davitHacked' in window,
    images: document.querySelectorAll('img[src="x"], main script, [role="dialog"] script').length,
  }));
  expect(found, page.url()).toEqual({ hacked: false, images: 0 });
  await expect.poll(() => findOutside(page), `${page.url()} at ${width}`).toEqual([]);
}

/** Headings and what is pressed that stand beside the window, or of which a box shows nothing, where none scrolls to them. */
function findOutside(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    /** The part of it that the boxes around it show; undefined where one of them scrolls to the rest. */
    function shownOf(element: Element): { left: number; right: number } | undefined {
      let { left, right } = element.getBoundingClientRect();
      for (let box = element.parentElement; box !== null; box = box.parentElement) {
        const { overflowX } = getComputedStyle(box);
        if (overflowX === 'auto' || overflowX === 'scroll') return undefined;
        if (overflowX === 'visible') continue;
        const around = box.getBoundingClientRect();
        left = Math.max(left, around.left);
        right = Math.min(right, around.right);
      }
      return { left, right };
    }
    return [...document.querySelectorAll('h1, h2, button, a[href], [role="dialog"]')]
      .filter((element) => element.checkVisibility({ visibilityProperty: true }))
      .filter((element) => {
        // What only readers hear of stands anywhere.
        if (element.getBoundingClientRect().width <= 1) return false;
        const shown = shownOf(element);
        if (shown === undefined) return false;
        return shown.left < -1 || shown.right > window.innerWidth + 1 || shown.right - shown.left < 1;
      })
      .map((element) => element.outerHTML.slice(0, 120));
  });
}

test('hostile texts of a container, a volume, an image and a log are shown as texts, and the layout holds', async ({
  page,
}) => {
  test.setTimeout(240_000);
  const problems = watchConsole(page);
  noteDialogs(page, problems);
  await enter(page, davit);
  for (const address of await addresses()) {
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 });
      if (width === WIDTHS[0]) await page.goto(davit.url + address);
      await expect(page.locator('h1')).toBeVisible();
      await expect(page.locator('.skeleton')).toHaveCount(0);
      await expectIntact(page, width);
    }
    // A log and the processes come a moment after their page.
    if (SHOWING.has(address)) await expect(page.getByRole('main')).toContainText(MARKUP.slice(0, 20));
  }
  expect(problems).toEqual([]);
});

function noteDialogs(page: Page, problems: string[]): void {
  page.on('dialog', (dialog) => {
    problems.push(`a dialog says ${dialog.message()}`);
    void dialog.dismiss();
  });
}

/** Dialogs that list objects: of all rows of a page, or of what nobody uses. */
const LISTS: [address: string, opener: string, chosen: 'all' | 'unused', text: string][] = [
  ['/containers', t('containers.removeDots'), 'all', LONG_NAME],
  ['/volumes', t('volumes.removeDots'), 'all', LONG_NAME],
  ['/volumes', t('volumes.pruneDots'), 'unused', LONG_NAME],
  ['/networks', t('networks.removeDots'), 'all', LONG_NAME],
  ['/networks', t('networks.pruneDots'), 'unused', LONG_NAME],
  ['/images', t('images.removeDots'), 'all', LONG_REFERENCE],
];

test('dialogs that list what has long names keep them, and their buttons, inside', async ({ page }) => {
  const problems = watchConsole(page);
  noteDialogs(page, problems);
  await enter(page, davit);
  for (const [address, opener, chosen, text] of LISTS) {
    await page.setViewportSize({ width: 1440, height: 800 });
    await page.goto(davit.url + address);
    await untilLive(page);
    if (chosen === 'all') await page.getByRole('checkbox', { name: t('ui.selectAll') }).check();
    const bar = page.getByRole('region', { name: t('ui.selection') });
    await (chosen === 'all' ? bar : page.getByRole('main')).getByRole('button', { name: opener, exact: true }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText(text);
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 });
      await expectIntact(page, width);
      await expect(dialog.getByRole('heading')).toBeInViewport({ ratio: 1 });
      for (const button of await dialog.getByRole('button').all()) await expect(button).toBeInViewport({ ratio: 1 });
    }
  }
  expect(problems).toEqual([]);
});

test('a toast with a long name, and what is said of a start that failed, stand as texts inside the window', async ({
  page,
}) => {
  const problems = watchConsole(page);
  noteDialogs(page, problems);
  const name = 'r'.repeat(128);
  const config = { image: 'busybox:1', command: ['sleep', '3600'], stopSignal: 'SIGKILL' };
  await owner.trpc.containers.run.mutate({ name, config });
  await enter(page, davit);
  await page.goto(`${davit.url}/containers/${name}`);
  await untilLive(page);
  await page.getByRole('button', { name: t('containers.actionsOf', { name }) }).click();
  await page.getByRole('menuitem', { name: t('containers.pause'), exact: true }).click();
  const toast = page.getByRole('status').filter({ hasText: t('containers.done_pause', { name }) });
  await expect(toast).toBeVisible();
  // It goes while it is not pointed at.
  await toast.hover();
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    await toast.hover();
    await expectIntact(page, width);
    await expect(toast).toBeInViewport({ ratio: 1 });
    await expect(page.getByRole('button', { name: t('ui.undo') })).toBeInViewport({ ratio: 1 });
  }
  await page.goto(`${davit.url}/containers/${LONG_NAME}`);
  await untilLive(page);
  await page.getByRole('button', { name: t('containers.start'), exact: true }).click();
  const note = page
    .getByRole('main')
    .getByRole('alert')
    .filter({ hasText: MARKUP.slice(0, 20) });
  await expect(note).toBeVisible();
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    await expectIntact(page, width);
  }
  await owner.trpc.containers.remove.mutate({ containerId: name, force: true });
  // The start that was refused is told on the console too.
  expect(problems.filter((problem) => !problem.includes('/api/trpc/containers.start'))).toEqual([]);
});

test('the form that is filled from such a container holds each text as it is', async ({ page }) => {
  const problems = watchConsole(page);
  noteDialogs(page, problems);
  await enter(page, davit);
  await page.setViewportSize({ width: 1440, height: 800 });
  await page.goto(`${davit.url}/containers/evil/duplicate`);
  await untilLive(page);
  await expect(page.getByRole('textbox', { name: t('create.name'), exact: true })).toBeVisible();
  const folded = page.locator('form').getByRole('heading').locator('button[aria-expanded="false"]');
  while ((await folded.count()) > 0) await folded.first().click();
  const held = () =>
    page
      .locator('form')
      .locator('input, textarea')
      .evaluateAll((fields) => fields.map((field) => (field as HTMLInputElement | HTMLTextAreaElement).value));
  await expect.poll(held).toEqual(expect.arrayContaining([HOSTILE, LONG]));
  // Labels stand in one field, a line each.
  const labels = (await held()).find((text) => text.includes('markup=')) ?? '';
  for (const [key, value] of Object.entries(LABELS)) {
    expect(labels).toContain(key);
    expect(labels).toContain(value);
  }
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    await expectIntact(page, width);
  }
  expect(problems).toEqual([]);
});

test('a file name of markup is a name in the upload form, and in what is said of its failure', async ({ page }) => {
  const problems = watchConsole(page);
  const name = `${MARKUP.replaceAll('/', '')}${TURNING}${'w'.repeat(150)}.tar`;
  await enter(page, davit);
  await page.goto(`${davit.url}/images/import`);
  await untilLive(page);
  await page
    .locator('input[type="file"]')
    .setInputFiles({ name, mimeType: 'application/x-tar', buffer: Buffer.from('no archive') });
  await expect(page.getByText(MARKUP.slice(0, 20)).first()).toBeVisible();
  await page.getByRole('button', { name: t('images.actions.import', { count: 1 }) }).click();
  await expect(page.getByRole('main').getByText(t('op.failed')).first()).toBeVisible({ timeout: 30_000 });
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    await expectIntact(page, width);
  }
  expect(problems).toEqual([]);
  expect((await owner.trpc.images.list.query({})).length).toBe(2);
});
