// What was done and what happened: as far back as is asked for, past a restart, and from each object to it and back.
import { expect, test } from '@playwright/test';
import type { ApiClient } from '../api-client.ts';
import type { DavitProcess } from '../davit-process.ts';
import { createSleepers, enter, OWNER, startOwned, untilLive } from './steps.ts';
import { t } from './words.ts';

let davit: DavitProcess;
let owner: ApiClient;

test.beforeAll(async () => {
  ({ davit, owner } = await startOwned());
  await createSleepers(owner, 'web', 'web-2');
});

test.afterAll(async () => {
  await davit[Symbol.asyncDispose]();
});

const PAGE = 100;

/** Operations that are over, all alike. */
async function work(count: number): Promise<void> {
  const [web] = await owner.trpc.containers.list.query({});
  for (let begun = 0; begun < count; begun++) {
    await owner.trpc.containers.bulk.mutate({ verb: 'stop', containerIds: [web?.id ?? ''] });
  }
}

test('operations go back as far as there are any; filters find the old ones, and who begins one sees it come', async ({
  page,
}) => {
  // The import of the image is the oldest.
  await work(PAGE + 20);
  await enter(page, davit);
  await page.goto(`${davit.url}/activity/operations`);
  await untilLive(page);
  const rows = page.getByRole('main').getByRole('table').getByRole('row');
  const all = page.getByRole('button', { name: new RegExp(`^${t('tray.filters.all')} \\d+$`) });
  await expect(all).toHaveText(`${t('tray.filters.all')} ${PAGE + 21}`);
  await expect(rows).toHaveCount(PAGE + 1);
  const imported = rows.filter({ hasText: t('op.image_import') });
  await expect(imported).toHaveCount(0);
  await page.getByRole('button', { name: t('tray.older'), exact: true }).click();
  await expect(imported).toHaveCount(1);
  await expect(page.getByRole('button', { name: t('tray.older'), exact: true })).toHaveCount(0);

  await work(1);
  await expect(rows).toHaveCount(PAGE + 23);
  await expect(imported).toHaveCount(1);

  await page.getByRole('combobox', { name: t('tray.kind'), exact: true }).selectOption('image.import');
  await expect(rows).toHaveCount(2);
  await expect(page).toHaveURL(/q=kind(:|%3A)image\.import/);
  await expect(all).toHaveText(`${t('tray.filters.all')} 1`);
  await page.reload();
  await expect(imported).toHaveCount(1);
  await expect(rows).toHaveCount(2);
  await imported.getByRole('link', { name: OWNER, exact: true }).click();
  await expect(all).toHaveText(`${t('tray.filters.all')} ${PAGE + 22}`);
});

test('events go back as far as there are any, in the order in which they happened, and new ones come on top', async ({
  page,
}) => {
  const names = Array.from({ length: 520 }, (_, index) => `old-${index}`);
  for (const newName of names) await owner.trpc.volumes.create.mutate({ newName });
  await enter(page, davit);
  await page.goto(`${davit.url}/activity/events?type=volume`);
  await untilLive(page);
  const lines = page
    .getByRole('main')
    .getByRole('listitem')
    .filter({ has: page.locator('time') });
  const older = page.getByRole('button', { name: t('event.older'), exact: true });
  await expect(lines).toHaveCount(500);
  await expect(lines.last().getByRole('link', { name: 'old-20', exact: true })).toBeVisible();
  await older.click();
  await expect(lines).toHaveCount(520);
  await expect(older).toHaveCount(0);
  await owner.trpc.volumes.create.mutate({ newName: 'new' });
  await expect(lines).toHaveCount(521);
  await expect(lines.first()).toContainText('new');
  const shown = await lines.getByRole('link', { name: /^old-/ }).allTextContents();
  expect(shown).toEqual(names.toReversed());
  // Another filter begins with its own newest.
  await page.getByRole('button', { name: t('event.type_container'), exact: true }).click();
  await expect(lines.filter({ hasText: 'old-' })).toHaveCount(0);
  await expect(older).toHaveCount(0);
  await page.getByRole('button', { name: t('event.type_volume'), exact: true }).click();
  await expect(lines.first()).toContainText('new');
});

test('a container leads to its own events and operations, an event to its operation and that back', async ({
  page,
}) => {
  const [{ id = '' } = {}] = (await owner.trpc.containers.list.query({})).filter(({ name }) => name === 'web');
  const { operationId } = await owner.trpc.containers.bulk.mutate({ verb: 'start', containerIds: [id] });
  await owner.trpc.containers.rename.mutate({ containerId: 'web-2', name: 'web-3' });
  await enter(page, davit);
  await page.goto(`${davit.url}/containers/web`);
  const main = page.getByRole('main');
  await main.getByRole('link', { name: t('nav.events'), exact: true }).click();
  await expect(page).toHaveURL(/\/activity\/events\?container=web$/);
  const started = main.getByRole('listitem').filter({ has: page.getByRole('link', { name: t('event.operation') }) });
  await expect(started.first()).toBeVisible();
  await expect(main.getByRole('link', { name: 'web', exact: true }).first()).toBeVisible();
  for (const other of ['web-2', 'web-3']) await expect(main.getByRole('link', { name: other })).toHaveCount(0);
  await started
    .first()
    .getByRole('link', { name: t('event.operation') })
    .click();
  await expect(page).toHaveURL(new RegExp(`/activity/operations/${operationId}$`));
  await main.getByRole('link', { name: t('tray.toEvents'), exact: true }).click();
  await expect(main.getByText(t('event.operationOf', { id: operationId.slice(0, 8) }))).toBeVisible();
  await expect(started.first()).toBeVisible();

  await page.goto(`${davit.url}/containers/web`);
  await main.getByRole('link', { name: t('nav.operations'), exact: true }).click();
  await expect(main.getByRole('table').getByRole('link', { name: t('op.containers_start') })).toHaveCount(1);
  await expect(main.getByRole('table').getByRole('link', { name: t('op.image_import') })).toHaveCount(0);
});

test('the pages tell what happened before the server was started again', async ({ page }) => {
  await owner.trpc.volumes.create.mutate({ newName: 'before' });
  await davit.stop();
  await davit.start();
  await davit.untilReady();
  await enter(page, davit);
  for (const path of ['/', '/activity/events?volume=before']) {
    await page.goto(davit.url + path);
    await expect(page.getByRole('main').getByRole('link', { name: 'before', exact: true }).first()).toBeVisible();
  }
});
