// Uploads that cannot become anything: of the wrong kind, cut off, larger than the disk; and one that was there already.
import { truncate, writeFile } from 'node:fs/promises';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { buildTar } from '#engine/diff/testing/tar-builder.ts';
import { busyboxRootfs } from '#engine/testing/busybox-rootfs.ts';
import type { ApiClient } from '../api-client.ts';
import { type DavitProcess, startDavit, untilStarted } from '../davit-process.ts';
import { storedFiles } from '../large-upload.ts';
import { enter, setUpOwner, signedIn, speak, untilLive } from './steps.ts';
import { LANGUAGES, t, type Words } from './words.ts';

const MIB = 1 << 20;
/** Of the file system that holds all that Davit keeps. */
const DISK_MIB = 160;

let davit: DavitProcess;
let owner: ApiClient;

test.beforeAll(async () => {
  davit = await startDavit({ diskBytes: DISK_MIB * MIB });
  owner = await setUpOwner(davit);
});

test.afterAll(async () => {
  await davit[Symbol.asyncDispose]();
});

async function open(page: Page, kind: 'import' | 'load', words: Words): Promise<void> {
  await page.goto(`${davit.url}/images/${kind}`);
  await untilLive(page, words);
}

/** Chooses the file and sends it; gives its line in the list. */
async function send(page: Page, kind: 'import' | 'load', words: Words, path: string, reference = ''): Promise<Locator> {
  const rows = page.getByRole('main').getByRole('listitem');
  const before = await rows.count();
  await page.getByRole('main').locator('input[type=file]').setInputFiles(path);
  if (reference !== '') await page.getByLabel(words('images.reference'), { exact: true }).fill(reference);
  await page.getByRole('button', { name: words(`images.actions.${kind}`, { count: 1 }) }).click();
  // Not the one before it, which has ended already.
  await expect(rows).toHaveCount(before + 1);
  return rows.last();
}

test('the line of a file that has arrived stays while the page does not know its operation', async ({ page }, info) => {
  const path = info.outputPath('letter.tar');
  await writeFile(path, 'Dear reader, this is a letter and no archive.\n'.repeat(100));
  await enter(page, davit);
  await open(page, 'import', t);
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  await page.route(/operations\.get/, async (route) => {
    asked.resolve();
    await answer.promise;
    await route.continue();
  });
  const row = await send(page, 'import', t, path, 'letter:1');
  await asked.promise;
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  expect(await row.count()).toBe(1);
  await expect(row).toContainText('letter.tar');
  answer.resolve();
  await expect(row).toContainText(t('error.not_tar'));
});

for (const [locale, words] of LANGUAGES) {
  test(`a file of the wrong kind is told as what it is, with what to do, and nothing of it stays (${locale})`, async ({
    page,
  }, info) => {
    const before = await storedFiles(davit);
    const text = info.outputPath('letter.tar');
    await writeFile(text, 'Dear reader, this is a letter and no archive.\n'.repeat(100));
    const rootfs = info.outputPath('rootfs.tar');
    await writeFile(rootfs, await busyboxRootfs());
    const short = info.outputPath('short.tar');
    await writeFile(short, (await busyboxRootfs()).subarray(0, 100_000));
    await enter(page, davit);
    await speak(page, davit, locale);
    await open(page, 'import', words);
    await expect(await send(page, 'import', words, text, 'letter:1')).toContainText(words('error.not_tar'));
    await expect(await send(page, 'import', words, short, 'short:1')).toContainText(words('error.truncated'));
    await open(page, 'load', words);
    await expect(await send(page, 'load', words, rootfs)).toContainText(words('error.archive_unknown'));
    await expect.poll(() => storedFiles(davit)).toEqual(before);
    expect(await owner.trpc.images.list.query({})).toEqual([]);
  });

  test(`an upload whose connection is cut says so, leaves nothing, and is sent again with one press (${locale})`, async ({
    page,
  }, info) => {
    const before = await storedFiles(davit);
    const path = info.outputPath('rootfs.tar');
    // What follows the end of an archive is read and not kept.
    await writeFile(path, await busyboxRootfs());
    await truncate(path, 24 * MIB);
    await enter(page, davit);
    await speak(page, davit, locale);
    await open(page, 'import', words);
    const network = await page.context().newCDPSession(page);
    await network.send('Network.enable');
    const speed = (uploadThroughput: number) =>
      network.send('Network.emulateNetworkConditions', {
        offline: false,
        latency: 0,
        downloadThroughput: -1,
        uploadThroughput,
      });
    await speed(2 * MIB);
    const row = await send(page, 'import', words, path, `again:${locale}`);
    await expect
      .poll(async () => Number(await row.getByRole('progressbar').getAttribute('aria-valuenow')))
      .toBeGreaterThan(10);
    await davit.kill();
    await expect(row).toContainText(words('error.upload_interrupted'));
    await davit.start();
    await untilLive(page, words);
    owner = await signedIn(davit);
    // What the killed one left is taken away before any work is taken on.
    await untilStarted(davit);
    expect(await storedFiles(davit)).toEqual(before);
    await speed(-1);
    await row.getByRole('button', { name: words('images.uploadAgain', { name: 'rootfs.tar' }) }).click();
    await expect(row).toContainText(words('op.succeeded'));
    const [image] = await owner.trpc.images.list.query({});
    expect(image?.references).toEqual([`again:${locale}`]);

    // The same once more: its layer is there, and only another image of it comes.
    const stored = await storedFiles(davit);
    await expect(await send(page, 'import', words, path, `again:${locale}`)).toContainText(words('op.succeeded'));
    const after = await owner.trpc.images.list.query({});
    expect(after.flatMap(({ references }) => references)).toEqual([`again:${locale}`]);
    for (const { id, references } of after) await owner.trpc.images.remove.mutate({ imageId: id, names: references });
    expect((await storedFiles(davit)).length).toBeLessThanOrEqual(stored.length);
    await expect.poll(() => storedFiles(davit)).toEqual(before);
  });

  test(`a file larger than the disk is refused with what to do, and the disk is as it was (${locale})`, async ({
    page,
  }, info) => {
    const before = await storedFiles(davit);
    const path = info.outputPath('large.tar');
    const header = buildTar([{ name: 'large', size: 2 * DISK_MIB * MIB }], { end: false });
    await writeFile(path, header);
    await truncate(path, header.length + 2 * DISK_MIB * MIB + 1024);
    await enter(page, davit);
    await speak(page, davit, locale);
    await open(page, 'import', words);
    const row = await send(page, 'import', words, path, 'large:1');
    await expect(row).toContainText(words('error.disk_full'), { timeout: 60_000 });
    await expect.poll(() => storedFiles(davit)).toEqual(before);
    expect(await owner.trpc.images.list.query({})).toEqual([]);
    // It goes on serving.
    await expect(page.getByText(words('connection.live'), { exact: true })).toBeVisible();
  });
}
