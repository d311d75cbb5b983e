// A volume leaves as a backup and comes back, or is cloned, from its page.
import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import type { ApiClient } from '../api-client.ts';
import type { DavitProcess } from '../davit-process.ts';
import { enter, startOwned, untilLive } from './steps.ts';
import { t } from './words.ts';

let davit: DavitProcess;
let owner: ApiClient;

test.beforeAll(async () => {
  ({ davit, owner } = await startOwned());
  const command = ['sh', '-c', 'echo precious > /data/file'];
  const mounts = [{ type: 'volume' as const, name: 'notes', target: '/data' }];
  await owner.trpc.containers.run.mutate({ name: 'writer', config: { image: 'busybox:1', command, mounts } });
});

test.afterAll(async () => {
  await davit[Symbol.asyncDispose]();
});

/** What a container finds in a volume's file. */
async function contentOf(volume: string): Promise<number> {
  const mounts = [{ type: 'volume' as const, name: volume, target: '/data' }];
  const command = ['grep', '-q', 'precious', '/data/file'];
  const { id } = await owner.trpc.containers.run.mutate({ config: { image: 'busybox:1', command, mounts } });
  await expect
    .poll(async () => (await owner.trpc.containers.get.query({ containerId: id })).state.status)
    .toBe('exited');
  const { state } = await owner.trpc.containers.get.query({ containerId: id });
  return 'exitCode' in state ? (state.exitCode ?? -1) : -1;
}

test('a volume is downloaded with a digest, and what was downloaded is restored beside it', async ({ page }, info) => {
  await enter(page, davit);
  await page.goto(`${davit.url}/volumes/notes`);
  await untilLive(page);
  await page.getByRole('button', { name: t('volumes.backUp'), exact: true }).click();
  const dialog = page.getByRole('dialog');
  const started = page.waitForEvent('download');
  await dialog.getByRole('button', { name: t('volumes.backUpAction') }).click();
  const file = info.outputPath('notes.tar.zst');
  await (await started).saveAs(file);
  expect((await readFile(file)).length).toBeGreaterThan(100);
  const made = async () =>
    (await owner.trpc.operations.list.query({})).find(
      ({ kind, state }) => kind === 'volume.backup' && state === 'succeeded',
    );
  await expect.poll(made).toBeDefined();
  const { digest } = ((await made())?.result ?? { digest: '' }) as { digest: string };
  await page.goto(`${davit.url}/activity/operations`);
  await expect(page.getByText(digest).filter({ visible: true }).first()).toBeVisible();

  await page.goto(`${davit.url}/volumes`);
  await untilLive(page);
  await page.getByRole('button', { name: t('volumes.restore'), exact: true }).click();
  await dialog.locator('input[type="file"]').setInputFiles(file);
  await dialog.getByLabel(t('volumes.newName'), { exact: true }).fill('notes');
  await expect(dialog.getByText(t('error.volume_exists', { name: 'notes' }))).toBeVisible();
  await dialog.getByLabel(t('volumes.newName'), { exact: true }).fill('restored');
  await dialog.getByLabel(t('volumes.digest'), { exact: true }).fill(digest);
  await dialog.getByRole('button', { name: t('volumes.restoreAction') }).click();
  await dialog.getByRole('button', { name: t('volumes.done') }).click();
  await page.mouse.move(0, 0);
  await expect(page.getByRole('link', { name: 'restored', exact: true })).toBeVisible();
  expect(await contentOf('restored')).toBe(0);
});

test('a volume is cloned under a name that is free', async ({ page }) => {
  await enter(page, davit);
  await page.goto(`${davit.url}/volumes`);
  await untilLive(page);
  await page.getByRole('button', { name: t('volumes.actionsOf', { name: 'notes' }) }).click();
  await page.getByRole('menuitem', { name: t('volumes.cloneDots') }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel(t('volumes.newName'), { exact: true })).toHaveValue('notes-copy');
  await dialog.getByRole('button', { name: t('volumes.cloneAction') }).click();
  // The focus is back on the row: what is new waits until it is asked for.
  await page.getByRole('button', { name: t('ui.newRows', { count: 1 }) }).click();
  await expect(page.getByRole('link', { name: 'notes-copy', exact: true })).toBeVisible();
  expect(await contentOf('notes-copy')).toBe(0);
});
