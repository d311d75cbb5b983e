// A large file on its way and a reload in the middle; what is left of it is nothing.
import { open } from 'node:fs/promises';
import { expect, type Page, type TestInfo, test } from '@playwright/test';
import { buildTar } from '#engine/diff/testing/tar-builder.ts';
import type { ApiClient } from '../api-client.ts';
import { type DavitProcess, startDavit } from '../davit-process.ts';
import { peakMib, probeHealth, storedFiles, untilOperation } from '../large-upload.ts';
import { dropFile, slowUploads } from './sent-files.ts';
import { enter, setUpOwner, speak, untilLive } from './steps.ts';
import { within } from './within.ts';
import { LANGUAGES } from './words.ts';

const MIB = 1 << 20;
/** 3072 is what people send; the bytes are the same to the code. */
const UPLOAD_MIB = Number(process.env['DAVIT_UI_UPLOAD_MIB'] ?? 300);
/** How long half of it may take, where others use the machine. */
const PATIENCE_MS = Math.max(300_000, 300 * UPLOAD_MIB);
const ANSWER_MS = 50;
/** Where others take most of the machine, an answer takes longer without any upload. */
const SLOWER = 3;
const TOLD_MS = 2_000;

let davit: DavitProcess;
let owner: ApiClient;

test.beforeAll(async () => {
  davit = await startDavit();
  owner = await setUpOwner(davit);
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

/** Per cent of the upload, as the bar says it. */
async function untilSent(page: Page, percent: number): Promise<void> {
  const bar = page.getByRole('main').getByRole('progressbar').first();
  const sent = async () => Number(await bar.getAttribute('aria-valuenow', { timeout: 5_000 }));
  await expect.poll(sent, { timeout: PATIENCE_MS, intervals: [100] }).toBeGreaterThanOrEqual(percent);
}

test('1.4 a large root file system dropped on Images and reloaded at 50 %: interrupted, 0 bytes left, answers meanwhile', async ({
  page,
}, info) => {
  test.setTimeout(3 * PATIENCE_MS);
  const path = await rootFileSystem(info);
  const empty = await storedFiles(davit);
  // Leaving asks; who reloads says yes.
  page.on('dialog', (dialog) => void dialog.accept());
  await enter(page, davit);
  await slowUploads(page, Math.max(50, UPLOAD_MIB / 10));
  for (const [locale, words] of LANGUAGES) {
    await speak(page, davit, locale);
    await using idle = probeHealth(davit);
    await page.goto(`${davit.url}/images`);
    await untilLive(page, words);
    const before = await idle.stop();
    await dropFile(page, path, 'main h1');
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
    await expect(list.getByRole('heading', { level: 1 })).toHaveText(words('nav.activity'));
    const tab = list
      .getByRole('navigation', { name: words('nav.activity'), exact: true })
      .getByRole('link')
      .first();
    await expect(tab).toHaveText(`${words('nav.operations')}1`);
    await page.bringToFront();
    await page.reload({ waitUntil: 'commit' });
    // Whoever looks at the list sees that it is over.
    await expect(row).not.toContainText(words('op.running'), within(TOLD_MS));
    await expect(tab).toHaveText(words('nav.operations'));
    await list.close();
    await using rest = probeHealth(davit);
    const note = page.getByRole('alert').filter({ hasText: 'rootfs.tar' });
    await expect(note).toContainText(words('images.interrupted', { name: 'rootfs.tar' }));
    await untilOperation(owner, `large:${locale}`, ({ state }) => state !== 'running');
    await expect.poll(() => storedFiles(davit), { timeout: 30_000 }).toEqual(empty);
    expect(await owner.trpc.images.list.query({})).toEqual([]);
    const after = await rest.stop();
    const without = Math.max(before.medianMs, after.medianMs);
    expect(during.medianMs).toBeLessThanOrEqual(Math.max(ANSWER_MS, SLOWER * without));
  }
});
