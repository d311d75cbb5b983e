// The list of images: several are chosen and deleted at once, those in use stay, and who may not delete chooses nothing.
import { expect, test } from '@playwright/test';
import type { ApiClient } from '../api-client.ts';
import { type DavitProcess, startDavit } from '../davit-process.ts';
import { addUser, enter, importBusybox, OWNER, signedIn } from './steps.ts';
import { t } from './words.ts';

let davit: DavitProcess;
let owner: ApiClient;

test.beforeAll(async () => {
  davit = await startDavit();
  await addUser(davit, OWNER, 'owner');
  owner = await signedIn(davit);
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

test('chosen images go together, one in use stays and says by whom; dangling ones are pruned', async ({ page }) => {
  expect(await names()).toEqual(['dangling', 'nameless:1', 'old:1', 'old:2', 'used:1']);
  await enter(page, davit);
  await page.goto(`${davit.url}/images`);
  for (const name of ['old:1', 'old:2', 'used:1']) {
    const row = page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });
    await row.getByRole('checkbox').check();
  }
  await page
    .getByRole('region', { name: t('ui.selection') })
    .getByRole('button', { name: t('images.removeDots') })
    .click();
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
