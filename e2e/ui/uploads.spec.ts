// Large files on their way: a reload in the middle, a role taken away in the middle; what is left of them is nothing.
import { open } from 'node:fs/promises';
import { expect, type Page, type TestInfo, test } from '@playwright/test';
import { buildTar } from '#engine/diff/testing/tar-builder.ts';
import type { ApiClient } from '../api-client.ts';
import { type DavitProcess, startDavit } from '../davit-process.ts';
import { peakMib, probeHealth, storedFiles, untilOperation } from '../large-upload.ts';
import { addUser, enter, OWNER, signedIn, speak, untilLive } from './steps.ts';
import { LANGUAGES, t } from './words.ts';

const MIB = 1 << 20;
/** 3072 is what people send; the bytes are the same to the code. */
const UPLOAD_MIB = Number(process.env['DAVIT_UI_UPLOAD_MIB'] ?? 300);
const ANSWER_MS = 50;
/** Where others take most of the machine, an answer takes longer without any upload. */
const SLOWER = 3;
const TOLD_MS = 2_000;

let davit: DavitProcess;
let owner: ApiClient;

test.beforeAll(async () => {
  davit = await startDavit();
  await addUser(davit, OWNER, 'owner');
  await addUser(davit, 'dora', 'developer');
  owner = await signedIn(davit);
});

test.afterAll(async () => {
  await davit[Symbol.asyncDispose]();
});

/** A root file system of one large file, which takes no room before it is sent. */
async function rootFileSystem(info: TestInfo): Promise<string> {
  const path = info.outputPath('rootfs.tar');
  const header = buildTar([{ name: 'noise', size: UPLOAD_MIB * MIB }], { end: false });
  await using file = await open(path, 'w');
  await file.write(header, 0, header.length, 0);
  await file.truncate(header.length + UPLOAD_MIB * MIB + 1024);
  return path;
}

/** Lets a file of this computer fall on an element. */
async function drop(page: Page, path: string, selector: string): Promise<void> {
  await page.evaluate(() => {
    const input = document.createElement('input');
    Object.assign(input, { type: 'file', id: 'dropped-by-test', hidden: true });
    document.body.append(input);
  });
  await page.locator('#dropped-by-test').setInputFiles(path);
  await page.evaluate((target) => {
    const input = document.querySelector<HTMLInputElement>('#dropped-by-test');
    const data = new DataTransfer();
    for (const file of input?.files ?? []) data.items.add(file);
    for (const type of ['dragenter', 'dragover', 'drop']) {
      const event = new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data });
      document.querySelector(target)?.dispatchEvent(event);
    }
    input?.remove();
  }, selector);
}

/** As over a slower line: a loopback is done before anybody could reload. */
async function slowDown(page: Page, mibPerSecond: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const uploadThroughput = mibPerSecond * MIB;
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput,
  });
}

/** Per cent of the upload, as the bar says it. */
async function untilSent(page: Page, percent: number): Promise<void> {
  const bar = page.getByRole('main').getByRole('progressbar').first();
  const sent = async () => Number(await bar.getAttribute('aria-valuenow', { timeout: 5_000 }));
  await expect.poll(sent, { timeout: 300_000, intervals: [100] }).toBeGreaterThanOrEqual(percent);
}

test('1.4 a large root file system dropped on Images and reloaded at 50 %: interrupted, 0 bytes left, answers meanwhile', async ({
  page,
}, info) => {
  test.setTimeout(900_000);
  const path = await rootFileSystem(info);
  const empty = await storedFiles(davit);
  // Leaving asks; who reloads says yes.
  page.on('dialog', (dialog) => void dialog.accept());
  await enter(page, davit);
  await slowDown(page, Math.max(50, UPLOAD_MIB / 10));
  for (const [locale, words] of LANGUAGES) {
    await speak(page, davit, locale);
    await using idle = probeHealth(davit);
    await page.goto(`${davit.url}/images`);
    await untilLive(page, words);
    const before = await idle.stop();
    await drop(page, path, 'main h1');
    await expect(page).toHaveURL(/\/images\/import$/);
    await page.getByLabel(words('images.reference'), { exact: true }).fill(`large:${locale}`);
    await page.getByRole('button', { name: words('images.actions.import', { count: 1 }) }).click();
    await using health = probeHealth(davit);
    await untilSent(page, 50);
    const during = await health.stop();
    process.stdout.write(`${UPLOAD_MIB} MiB, half of it sent: the server held at most ${await peakMib(davit)} MiB\n`);
    const list = await page.context().newPage();
    await list.goto(`${davit.url}/activity/operations`);
    await untilLive(list, words);
    const row = list.getByRole('row').filter({ hasText: `large:${locale}` });
    await expect(row).toContainText(words('op.running'));
    await page.bringToFront();
    await page.reload({ waitUntil: 'commit' });
    // Whoever looks at the list sees that it is over.
    await expect(row).not.toContainText(words('op.running'), { timeout: TOLD_MS });
    await list.close();
    const note = page.getByRole('alert').filter({ hasText: 'rootfs.tar' });
    await expect(note).toContainText(words('images.interrupted', { name: 'rootfs.tar' }));
    await untilOperation(owner, `large:${locale}`, ({ state }) => state !== 'running');
    await expect.poll(() => storedFiles(davit), { timeout: 30_000 }).toEqual(empty);
    expect(await owner.trpc.images.list.query({})).toEqual([]);
    expect(during.medianMs).toBeLessThanOrEqual(Math.max(ANSWER_MS, SLOWER * before.medianMs));
  }
});

test('a role taken away ends an upload at once, says why, and leaves nothing of it', async ({ page }, info) => {
  const path = await rootFileSystem(info);
  const before = await storedFiles(davit);
  await enter(page, davit, 'dora');
  await page.goto(`${davit.url}/images/import`);
  await untilLive(page);
  await slowDown(page, 4);
  await drop(page, path, 'main label');
  await page.getByLabel(t('images.reference'), { exact: true }).fill('hers:1');
  await page.getByRole('button', { name: t('images.actions.import', { count: 1 }) }).click();
  await untilOperation(owner, 'hers:1', ({ state }) => state === 'running');
  await owner.trpc.users.changeRole.mutate({ userName: 'dora', role: 'viewer' });
  const sheet = page.getByRole('dialog', { name: t('auth.endedTitle') });
  await expect(sheet).toBeVisible({ timeout: TOLD_MS });
  await expect(sheet).toContainText(t('auth.endedText', { reason: 'role_changed' }));
  const { state } = await untilOperation(owner, 'hers:1', (operation) => operation.state !== 'running');
  expect(['failed', 'cancelled', 'interrupted']).toContain(state);
  await expect.poll(() => storedFiles(davit), { timeout: 30_000 }).toEqual(before);
  expect(await owner.trpc.images.list.query({})).toEqual([]);
});
