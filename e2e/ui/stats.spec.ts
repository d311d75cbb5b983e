// What a container uses, over time: charts, the same numbers as a table, by pointer and keyboard, in both languages.
import { expect, test } from '@playwright/test';
import type { ApiClient } from '../api-client.ts';
import type { DavitProcess } from '../davit-process.ts';
import { readAxe } from './axe.ts';
import { enter, startOwned, watchConsole } from './steps.ts';
import { t } from './words.ts';

let davit: DavitProcess;
let owner: ApiClient;

test.beforeAll(async () => {
  ({ davit, owner } = await startOwned());
  const config = {
    image: 'busybox:1',
    command: ['sh', '-c', 'while :; do :; done'],
    resources: { nanoCpus: 100_000_000, memoryBytes: 8 << 20 },
  };
  await owner.trpc.containers.run.mutate({ name: 'web', config });
  // Two points make a line.
  await expect
    .poll(async () => (await owner.trpc.metrics.container.query({ containerId: 'web' })).at.length, { timeout: 60_000 })
    .toBeGreaterThan(2);
});

test.afterAll(async () => {
  await using _server = davit;
  await owner.trpc.containers.remove.mutate({ containerId: 'web', force: true });
});

test('the stats of a container: live lines, a readout, a table with the same numbers, a time in the address', async ({
  page,
}) => {
  await enter(page, davit);
  const problems = watchConsole(page);
  await page.goto(`${davit.url}/containers/web`);
  await page
    .getByRole('navigation', { name: t('containers.tabs') })
    .getByRole('link', { name: t('containers.tab_stats') })
    .click();
  const chart = page.getByRole('region', { name: t('metrics.cpu'), exact: true });
  const plot = chart.getByRole('slider');
  await expect(chart.getByText(t('metrics.limit'), { exact: false })).toBeVisible();
  // Live: points come without a reload.
  const points = async () => Number(await plot.getAttribute('aria-valuemax'));
  const atFirst = await points();
  await expect.poll(points, { timeout: 30_000 }).toBeGreaterThan(atFirst + 2);

  // Two charts are read at the same time, and the table has the number that the readout says.
  await page.clock.install();
  await page.clock.pauseAt(new Date(Date.now() + 1_000));
  await plot.focus();
  await page.keyboard.press('Home');
  const readout = (await plot.getAttribute('aria-valuetext')) ?? '';
  const [, time = '', used = ''] = new RegExp(`^(.*): ${t('metrics.used')} ([^,]*)`).exec(readout) ?? [];
  expect(time).not.toBe('');
  const memory = page.getByRole('region', { name: t('metrics.memory'), exact: true });
  expect(await memory.getByRole('slider').getAttribute('aria-valuetext')).toContain(time);
  await chart.getByRole('button', { name: t('chart.showTable') }).click();
  const row = chart.getByRole('row').last();
  await expect(row.getByRole('rowheader')).toHaveText(time);
  await expect(row.getByRole('cell').first()).toHaveText(used);
  const saved = page.waitForEvent('download');
  await chart.getByRole('button', { name: t('chart.saveCsv') }).click();
  expect((await saved).suggestedFilename()).toBe('web-cpu.csv');
  await page.clock.resume();

  await page.getByRole('button', { name: t('timePicker.range_1h'), exact: true }).click();
  await expect(page).toHaveURL(/\?range=1h$/);
  await page.reload();
  await expect(page.getByRole('button', { name: t('timePicker.range_1h'), exact: true })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await expect(plot).toBeVisible();
  expect(await readAxe(page, 'stats')).toEqual([]);
  expect(problems).toEqual([]);
});

test('a chart is drawn along with Shift, to another time of the same length', async ({ page }) => {
  await enter(page, davit);
  const to = Date.now() - 60_000;
  const span = new URLSearchParams({ from: new Date(to - 600_000).toISOString(), to: new Date(to).toISOString() });
  await page.goto(`${davit.url}/containers/web/stats?${span}`);
  const plot = page.getByRole('region', { name: t('metrics.cpu'), exact: true }).getByRole('slider');
  await plot.scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await plot.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  await page.keyboard.down('Shift');
  await page.mouse.move(x + width / 4, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + width / 2, y + height / 2, { steps: 4 });
  await page.mouse.move(x + (width * 3) / 4, y + height / 2, { steps: 4 });
  await page.mouse.up();
  await page.keyboard.up('Shift');
  const readSpan = () => {
    const { searchParams } = new URL(page.url());
    return ['from', 'to'].map((name) => Math.round((Date.parse(searchParams.get(name) ?? '') - to) / 10_000));
  };
  await expect.poll(readSpan).toEqual([-90, -30]);
});

test('what the host uses comes by the socket, second by second, without asking again', async ({ page }) => {
  await enter(page, davit);
  await page.goto(`${davit.url}/host`);
  const plot = page.getByRole('region', { name: t('metrics.cpu'), exact: true }).getByRole('slider');
  await expect(plot).toBeVisible();
  const asked: string[] = [];
  await page.route(/metrics\.host|host\.usage/, (route) => {
    asked.push(route.request().url());
    return route.abort();
  });
  const points = async () => Number(await plot.getAttribute('aria-valuemax'));
  const atFirst = await points();
  await expect.poll(points, { timeout: 30_000 }).toBeGreaterThan(atFirst + 3);
  expect(asked).toEqual([]);
});

test('the host over time, and in Chinese', async ({ page, context }) => {
  await enter(page, davit);
  await context.addCookies([{ name: 'davit-locale', value: 'zh', url: davit.url }]);
  await page.goto(`${davit.url}/host`);
  for (const title of ['CPU', '内存', '网络', '块设备 I/O', '负载', '磁盘空间'])
    await expect(page.getByRole('region', { name: title, exact: true }).getByRole('slider')).toBeVisible();
  await page.getByRole('button', { name: '自定义起止' }).click();
  await page.getByLabel('开始').fill('2026-01-02T00:00');
  await page.getByLabel('结束').fill('2026-01-01T00:00');
  await page.getByRole('button', { name: '显示', exact: true }).click();
  await expect(page.getByText('结束时间必须晚于开始时间')).toBeVisible();
  await page.getByLabel('结束').fill('2026-01-03T00:00');
  await page.getByRole('button', { name: '显示', exact: true }).click();
  await expect(page).toHaveURL(/from=2026-01-0/);
  await expect(page.getByRole('region', { name: 'CPU', exact: true }).getByRole('slider')).toHaveAttribute(
    'aria-label',
    'CPU：这段时间没有记录',
  );
});

test('what a container used is still there when it is gone: from its event, and from its own address', async ({
  page,
}) => {
  test.setTimeout(120_000);
  const config = { image: 'busybox:1', command: ['sleep', '3600'], stopSignal: 'SIGKILL' };
  const { id } = await owner.trpc.containers.run.mutate({ name: 'gone', config });
  await expect
    .poll(async () => (await owner.trpc.metrics.container.query({ containerId: id })).at.length, { timeout: 60_000 })
    .toBeGreaterThan(1);
  await owner.trpc.containers.remove.mutate({ containerId: id, force: true });
  await enter(page, davit);
  await page.goto(`${davit.url}/activity/events`);
  await page.getByRole('main').getByRole('link', { name: 'gone', exact: true }).first().click();
  await expect(page.getByRole('heading', { name: t('containers.removedTitle', { name: 'gone' }) })).toBeVisible();
  await page.getByRole('link', { name: t('containers.tab_stats'), exact: true }).click();
  await expect(page).toHaveURL(/\/containers\/gone\/stats\?range=24h$/);
  await page.getByRole('button', { name: t('timePicker.range_15m'), exact: true }).click();
  const plot = page.getByRole('region', { name: t('metrics.memory'), exact: true }).getByRole('slider');
  await expect(plot).toBeVisible();
  // Until the answer is there the points of the day are shown, and those can be a single one.
  await expect(plot).toHaveAttribute('aria-valuemax', /^[1-9]/);
  // What never was has nothing.
  await page.goto(`${davit.url}/containers/never/stats`);
  await expect(page.getByRole('heading', { name: t('error.notFoundTitle') })).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('never');
});
