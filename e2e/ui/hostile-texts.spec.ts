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
const WIDTHS = [1440, 360];

let davit: DavitProcess;
let owner: ApiClient;
let pool: ReturnType<typeof claimPool>;

test.beforeAll(async () => {
  pool = claimPool();
  ({ davit, owner } = await startOwned());
  const { trpc } = owner;
  await trpc.volumes.create.mutate({ newName: 'evil', labels: LABELS });
  await trpc.networks.create.mutate({ name: 'evil', subnets: [{ subnet: pool.subnet }], labels: LABELS });
  const longName = 'n'.repeat(128);
  await trpc.volumes.create.mutate({ newName: longName });
  const config = {
    image: 'busybox:1',
    command: ['sh', '-c', 'echo "$HOSTILE"; echo "$LONG"; echo "$HOSTILE" >&2; sleep 3600; true', HOSTILE, LONG],
    env: [`HOSTILE=${HOSTILE}`, `LONG=${LONG}`],
    labels: LABELS,
    stopSignal: 'SIGKILL',
    mounts: [{ type: 'volume' as const, name: 'evil', target: `/${'d'.repeat(200)}` }],
  };
  await trpc.containers.run.mutate({ name: 'evil', config });
  await trpc.containers.create.mutate({ name: longName, config: { image: 'busybox:1', command: [MARKUP] } });
  // It fails to start: what the error says holds the name of the program.
  await expect(trpc.containers.start.mutate({ containerId: longName })).rejects.toThrow();
  await trpc.containers.commit.mutate({
    containerId: 'evil',
    reference: 'evil:1',
    message: HOSTILE.slice(0, 1024),
    author: MARKUP,
  });
});

test.afterAll(async () => {
  await davit[Symbol.asyncDispose]();
  pool[Symbol.dispose]();
});

/** The page of an object, its tabs and the lists in which it appears. */
async function addresses(): Promise<string[]> {
  const image = (await owner.trpc.images.list.query({})).find(({ references }) => references.includes('evil:1'));
  const tabs = ['', '/logs', '/stats', '/processes', '/network', '/storage', '/config', '/edit', '/duplicate'];
  return [
    '/',
    '/containers?cols=state,name,image,mounts,command,labels',
    ...tabs.map((tab) => `/containers/evil${tab}`),
    `/containers/${'n'.repeat(128)}`,
    '/images',
    `/images/${encodeURIComponent(image?.id ?? '')}`,
    '/volumes?cols=name,labels',
    '/volumes/evil',
    '/networks',
    '/networks/evil',
    '/activity/events',
    '/activity/operations',
  ];
}

async function expectIntact(page: Page, width: number): Promise<void> {
  await expectNoSidewaysScroll(page);
  const head = await page.getByRole('banner').boundingBox();
  expect(head?.width, page.url()).toBeLessThanOrEqual(width);
  const found = await page.evaluate(() => ({
    hacked: 'davitHacked' in window,
    images: document.querySelectorAll('img[src="x"], main script').length,
  }));
  expect(found, page.url()).toEqual({ hacked: false, images: 0 });
}

test('hostile texts of a container, a volume, an image and a log are shown as texts, and the layout holds', async ({
  page,
}) => {
  test.setTimeout(240_000);
  const problems = watchConsole(page);
  page.on('dialog', (dialog) => {
    problems.push(`a dialog says ${dialog.message()}`);
    void dialog.dismiss();
  });
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
