// The list of images: several are chosen and deleted at once, those in use stay, and who may not delete chooses nothing.
import { createHash } from 'node:crypto';
import { expect, test } from '@playwright/test';
import { busyboxRootfs } from '#engine/testing/busybox-rootfs.ts';
import type { ApiClient } from '../api-client.ts';
import { type DavitProcess, startDavit } from '../davit-process.ts';
import { addUser, enter, importBusybox, rowOf, setUpOwner, signedIn, untilLive } from './steps.ts';
import { t } from './words.ts';

let davit: DavitProcess;
let owner: ApiClient;

test.beforeAll(async () => {
  davit = await startDavit();
  owner = await setUpOwner(davit);
  // The same bytes imported again are another image, for its time is another.
  for (const name of ['used:1', 'old:1', 'old:2', 'nameless:1', 'nameless:1']) await importBusybox(owner, davit, name);
  const config = { image: 'used:1', command: ['sleep', '600'] };
  await owner.trpc.containers.run.mutate({ name: 'user', config });
});

test.afterAll(async () => {
  await davit[Symbol.asyncDispose]();
});

async function names(): Promise<string[]> {
  return (await owner.trpc.images.list.query({})).flatMap(({ references }) => references[0] ?? 'dangling').sort();
}

test('a developer is offered what the server lets them do, image by image, with the reason where it does not', async ({
  page,
}) => {
  await addUser(davit, 'dev', 'developer');
  await importBusybox(await signedIn(davit, 'dev'), davit, 'own:1');
  await enter(page, davit, 'dev');
  await page.goto(`${davit.url}/images`);
  for (const [name, isOwn] of [
    ['own:1', true],
    ['used:1', false],
  ] as const) {
    await page.getByRole('button', { name: t('images.actionsOf', { name }) }).click();
    for (const words of ['images.tagDots', 'images.save', 'images.removeDots'] as const) {
      const item = page.getByRole('menuitem', { name: t(words), exact: true });
      if (isOwn) await expect(item).toBeEnabled();
      else await expect(item).toBeDisabled();
      if (!isOwn) await expect(item).toHaveAttribute('title', t('images.notYours'));
    }
    await page.keyboard.press('Escape');
    await rowOf(page, name).getByRole('checkbox').check();
  }
  const bar = page.getByRole('region', { name: t('ui.selection') });
  await expect(bar).toContainText(t('images.removeLeaves', { count: 1 }));
  await bar.getByRole('button', { name: t('images.removeDots') }).click();
  const dialog = page.getByRole('dialog');
  await dialog
    .getByRole('button', { name: new RegExp(`^${t('images.removeManyAction', { count: 1, size: '' })}`) })
    .click();
  await expect(dialog).toHaveCount(0);
  await expect.poll(names).not.toContain('own:1');
  expect(await names()).toContain('used:1');
  await page.goto(`${davit.url}/images`);
  await page.getByRole('link', { name: 'used:1', exact: true }).click();
  await expect(page.getByRole('button', { name: t('images.tagShort') })).toBeDisabled();
});

test('sizes of images are told as the docker CLI prints them to who wants them so', async ({ page }) => {
  await enter(page, davit);
  const row = rowOf(page, 'used:1');
  await page.goto(`${davit.url}/images`);
  await expect(row).toContainText(/\d\s[KM]iB/);
  await page.goto(`${davit.url}/account`);
  await page.getByRole('checkbox', { name: t('account.decimalSizes') }).check();
  await expect.poll(async () => (await owner.trpc.session.me.query({})).user?.preferences.imageSizes).toBe('decimal');
  await page.goto(`${davit.url}/images`);
  await expect(row).toContainText(/\d\s[kM]B/);
  await expect(row).not.toContainText('iB');
  await owner.trpc.session.setPreferences.mutate({ preferences: { imageSizes: 'binary' } });
});

test('what was sent is told with its digest when it has arrived, to be compared with what its maker says', async ({
  page,
}) => {
  await enter(page, davit);
  const file = Buffer.from(await busyboxRootfs());
  const digest = `sha256:${createHash('sha256').update(file).digest('hex')}`;
  await page.goto(`${davit.url}/images/import`);
  await untilLive(page);
  const upload = { name: 'sent.tar', mimeType: 'application/x-tar', buffer: file };
  await page.locator('input[type=file]').first().setInputFiles(upload);
  await page.getByLabel(t('images.reference'), { exact: true }).fill('sent:1');
  await page.getByRole('button', { name: t('images.actions.import', { count: 1 }) }).click();
  const told = page.getByRole('main').getByText(digest, { exact: true });
  await expect(told).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole('button', { name: t('op.copyReceived') })).toBeVisible();
  await page.getByRole('main').getByRole('link').filter({ hasText: 'sent:1' }).first().click();
  await expect(told).toBeVisible();
  await owner.trpc.images.remove.mutate({ imageId: 'sent:1' });
});

test('how many use a chosen image is read out when it changes', async ({ page }) => {
  await enter(page, davit);
  await page.goto(`${davit.url}/images`);
  await untilLive(page);
  await rowOf(page, 'used:1').getByRole('checkbox').check();
  const config = { image: 'used:1', command: ['sleep', '600'] };
  const { id } = await owner.trpc.containers.create.mutate({ name: 'second', config });
  const sentence = `used:1: ${t('images.usedBy', { count: 2 })}`;
  await expect(page.locator('p[aria-live="polite"]').filter({ hasText: sentence })).toHaveCount(1);
  await owner.trpc.containers.remove.mutate({ containerId: id });
});

test('chosen images go together, one in use stays and says by whom; dangling ones are pruned', async ({ page }) => {
  expect(await names()).toEqual(['dangling', 'nameless:1', 'old:1', 'old:2', 'used:1']);
  await enter(page, davit);
  await page.goto(`${davit.url}/images`);
  for (const name of ['old:1', 'old:2', 'used:1']) {
    const row = page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });
    await row.getByRole('checkbox').check();
  }
  const main = page.getByRole('main');
  await expect(main.getByText(t('images.sumChosen', { count: 3, all: 5, size: '' }))).toBeVisible();
  await expect(main.getByText(t('images.sumKept', { count: 1 }))).toBeVisible();
  const bar = page.getByRole('region', { name: t('ui.selection') });
  await expect(bar.getByRole('button', { name: t('images.pruneUnused', { count: 2 }) })).toBeVisible();
  await bar.getByRole('button', { name: t('images.removeDots') }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText(t('images.removeManyTitle', { count: 2 }));
  await expect(dialog).toContainText(t('images.removeManyUsed', { names: 'user' }));
  const action = new RegExp(`^${t('images.removeManyAction', { count: 2, size: '' })}`);
  await dialog.getByRole('button', { name: action }).click();
  await expect(dialog).toHaveCount(0);
  await expect.poll(names).toEqual(['dangling', 'nameless:1', 'used:1']);

  await page.getByRole('button', { name: t('images.prune', { count: 1 }) }).click();
  const prune = dialog.getByRole('button', {
    name: new RegExp(`^${t('images.removeManyAction', { count: 1, size: '' })}`),
  });
  await expect(prune).toBeEnabled();
  // Somebody else is faster: it is gone as was asked for, and nothing failed.
  const dangling = (await owner.trpc.images.list.query({})).find(({ references }) => references.length === 0);
  await owner.trpc.images.remove.mutate({ imageId: dangling?.id ?? '', names: [] });
  await prune.click();
  await expect(dialog).toHaveCount(0);
  await expect.poll(names).toEqual(['nameless:1', 'used:1']);
  await expect(page.getByRole('button', { name: t('images.prune', { count: 1 }) })).toHaveCount(0);
});

test('a viewer chooses nothing', async ({ page }) => {
  await addUser(davit, 'vera', 'viewer');
  await enter(page, davit, 'vera');
  await page.goto(`${davit.url}/images`);
  await expect(page.getByRole('link', { name: 'used:1', exact: true })).toBeVisible();
  await expect(page.getByRole('table').getByRole('checkbox')).toHaveCount(0);
});

test('a layer has its date and a digest to copy', async ({ page }) => {
  await enter(page, davit);
  const image = await owner.trpc.images.get.query({ imageId: 'used:1' });
  await page.goto(`${davit.url}/images/${image.id.replace('sha256:', '')}/layers`);
  const layer = page
    .getByRole('main')
    .getByRole('listitem')
    .filter({ has: page.locator('time') });
  await expect(layer.locator('time')).toHaveAttribute('datetime', image.createdAt.toISOString());
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await layer.getByRole('button', { name: t('images.copyDigest', { number: 1 }) }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(image.layers[0]?.digest);
});

test('the page of an operation tells each of its parts, and asks for a failed one again', async ({ page }) => {
  await importBusybox(owner, davit, 'idle:1');
  const { id } = await owner.trpc.images.get.query({ imageId: 'idle:1' });
  await enter(page, davit);
  const pruned = await owner.trpc.images.prune.mutate({ dangling: false, only: [id] });
  await page.goto(`${davit.url}/activity/operations/${pruned.operationId}`);
  const course = page.getByRole('main').getByRole('list', { name: t('tray.course') });
  await expect(course.getByText('idle:1')).toBeVisible();
  await expect(course.getByRole('listitem')).toHaveCount(3);
  await expect(page.getByRole('button', { name: t('tray.retry'), exact: true })).toHaveCount(0);

  const url = 'http://davit.invalid/rootfs.tar';
  const failed = await owner.trpc.images.importUrl.mutate({ url, reference: 'far:1', changes: [] });
  await page.goto(`${davit.url}/activity/operations/${failed.operationId}`);
  await expect(course).toContainText(t('tray.stepStates.failed'));
  await expect(course).toContainText('davit.invalid');
  await page.getByRole('button', { name: t('tray.retry'), exact: true }).click();
  await expect(page).not.toHaveURL(new RegExp(failed.operationId));
  await expect(page).toHaveURL(/\/activity\/operations\/[0-9a-f-]{36}$/);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('far:1');
  await expect(course).toContainText('davit.invalid');
});
