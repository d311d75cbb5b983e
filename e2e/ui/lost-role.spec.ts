// A role taken away under an open page, a terminal, an upload: each ends within two seconds and says why.
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, expect, type Page, test } from '@playwright/test';
import { buildTar } from '#engine/diff/testing/tar-builder.ts';
import type { ApiClient } from '../api-client.ts';
import { type DavitProcess, startDavit } from '../davit-process.ts';
import { storedFiles, untilOperation } from '../large-upload.ts';
import { dropFile, slowUploads } from './sent-files.ts';
import { addUser, enter, importBusybox, PASSWORD, setUpOwner, signedIn, speak, untilLive } from './steps.ts';
import { within } from './within.ts';
import { LANGUAGES, type Locale, type Words } from './words.ts';

const TOLD_MS = 2_000;
const UPLOAD_BYTES = 300 * 2 ** 20;

let davit: DavitProcess;
let owner: ApiClient;

test.beforeAll(async () => {
  davit = await startDavit();
  owner = await setUpOwner(davit);
  await addUser(davit, 'dora', 'developer');
  await importBusybox(owner, davit);
  const dora = await signedIn(davit, 'dora');
  const config = { image: 'busybox:1', command: ['sleep', '3600'], stopSignal: 'SIGKILL' };
  await dora.trpc.containers.run.mutate({ name: 'hers', config });
});

test.afterAll(async () => {
  await davit[Symbol.asyncDispose]();
});

test.beforeEach(async () => {
  await setRole('developer');
});

async function setRole(role: 'developer' | 'viewer'): Promise<void> {
  const dora = (await owner.trpc.users.list.query({})).find(({ name }) => name === 'dora');
  if (dora?.role !== role) await owner.trpc.users.changeRole.mutate({ userName: 'dora', role });
}

async function openAsDora(browser: Browser, locale: Locale, words: Words, path: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await enter(page, davit, 'dora');
  await speak(page, davit, locale);
  await page.goto(davit.url + path);
  await untilLive(page, words);
  return page;
}

/** From the moment that the server has taken the order. */
async function untilTold(page: Page, words: Words): Promise<void> {
  const sheet = page.getByRole('dialog', { name: words('auth.endedTitle') });
  await expect(sheet).toContainText(words('auth.endedText', { reason: 'role_changed' }), within(TOLD_MS));
}

for (const [locale, words] of LANGUAGES) {
  test(`a role taken away ends an open page, which keeps what it holds and offers less after signing in (${locale})`, async ({
    browser,
  }) => {
    const page = await openAsDora(browser, locale, words, '/containers/hers');
    const stop = page.getByRole('main').getByRole('button', { name: words('containers.stop'), exact: true });
    await expect(stop).toBeEnabled();
    await setRole('viewer');
    await untilTold(page, words);
    await expect(page.locator('main h1')).toContainText('hers');
    const sheet = page.getByRole('dialog', { name: words('auth.endedTitle') });
    await sheet.getByLabel(words('auth.password'), { exact: true }).fill(PASSWORD);
    await sheet.getByRole('button', { name: words('auth.signIn') }).click();
    await expect(sheet).toBeHidden();
    await untilLive(page, words);
    await expect(stop).toHaveCount(0);
    await page.context().close();
  });

  test(`a role taken away while the connection is broken is told as soon as it would be back (${locale})`, async ({
    browser,
  }) => {
    const page = await openAsDora(browser, locale, words, '/containers/hers');
    // The connection closes at once and comes back after a quarter of a second at the earliest.
    await page.evaluate(() => window.dispatchEvent(new Event('offline')));
    await setRole('viewer');
    await untilTold(page, words);
    await page.context().close();
  });

  test(`a role taken away ends a terminal: the shell is gone, and no further key reaches it (${locale})`, async ({
    browser,
  }) => {
    const page = await openAsDora(browser, locale, words, '/containers/hers/terminal');
    const screen = page.locator('.xterm-rows');
    await expect(page.getByText(words('terminal.phase_live'), { exact: true })).toBeVisible({ timeout: 30_000 });
    await expect(screen).toContainText(/[#$] /);
    await page.keyboard.type('echo pid-$$; cat > /tmp/typed\n');
    await expect(screen).toContainText(/pid-\d+/);
    await page.keyboard.type('before\n');
    const { id } = await owner.trpc.containers.get.query({ containerId: 'hers' });
    const typed = async () => {
      await using file = await open(join(davit.runRoot, 'containers', id, 'rootfs/tmp/typed'));
      return await file.readFile('utf8');
    };
    // Not there until the shell has opened it.
    await expect.poll(() => typed().catch(() => '')).toBe('before\n');
    await setRole('viewer');
    await page.keyboard.type('after\n');
    await untilTold(page, words);
    const processes = async () => (await owner.trpc.containers.processes.query({ containerId: id })).length;
    await expect.poll(processes, within(TOLD_MS)).toBe(1);
    expect(await typed()).toBe('before\n');
    await page.context().close();
  });

  test(`a role taken away ends an upload, and nothing of it is left (${locale})`, async ({ browser }, info) => {
    const path = info.outputPath('rootfs.tar');
    const header = buildTar([{ name: 'noise', size: UPLOAD_BYTES }], { end: false });
    await using file = await open(path, 'w');
    await file.write(header, 0, header.length, 0);
    await file.truncate(header.length + UPLOAD_BYTES + 1024);
    const before = await storedFiles(davit);
    const page = await openAsDora(browser, locale, words, '/images/import');
    await slowUploads(page, 4);
    await dropFile(page, path, 'main label');
    await page.getByLabel(words('images.reference'), { exact: true }).fill(`hers:${locale}`);
    await page.getByRole('button', { name: words('images.actions.import', { count: 1 }) }).click();
    await untilOperation(owner, `hers:${locale}`, ({ state }) => state === 'running');
    const orderedAt = Date.now();
    await setRole('viewer');
    await untilTold(page, words);
    const { state, finishedAt } = await untilOperation(owner, `hers:${locale}`, (one) => one.state !== 'running');
    expect(['failed', 'cancelled', 'interrupted']).toContain(state);
    expect(Number(finishedAt) - orderedAt).toBeLessThan(within(TOLD_MS).timeout);
    await expect.poll(() => storedFiles(davit), { timeout: 30_000 }).toEqual(before);
    expect((await owner.trpc.images.list.query({})).flatMap(({ references }) => references)).not.toContain(
      `hers:${locale}`,
    );
    await page.context().close();
  });
}
