// The server is replaced by another version under open pages: another build, none of whose files has the name of before.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, expect, type Page, test } from '@playwright/test';
import type { ApiClient } from '../api-client.ts';
import { type DavitProcess, startDavit } from '../davit-process.ts';
import { BUILD, copyBuild, renameBuild } from './other-build.ts';
import { enter, fillCreateForm, importBusybox, openTerminal, setUpOwner, typeCommand, untilLive } from './steps.ts';
import { within } from './within.ts';
import { t } from './words.ts';

const TOLD_MS = 3_000;

let folder: string;
let davit: DavitProcess;
let owner: ApiClient;

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'davit-build-'));
  await copyBuild(folder);
  // In the server's own view of the host: what other servers serve stays as it is.
  davit = await startDavit({ view: { covered: { [BUILD]: folder } } });
  owner = await setUpOwner(davit);
  await importBusybox(owner, davit);
  const config = { image: 'busybox:1', command: ['sleep', '3600'], stopSignal: 'SIGKILL' };
  await owner.trpc.containers.run.mutate({ name: 'steady', config });
});

test.afterAll(async () => {
  await davit[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function open(browser: Browser, path: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await enter(page, davit);
  await page.goto(davit.url + path);
  await untilLive(page);
  await page.evaluate(() => Object.assign(window, { davitNotReloaded: true }));
  return page;
}

const wasReloaded = (page: Page) => page.evaluate(() => !('davitNotReloaded' in window));

test('another version under open pages: they say so in 3 s and heal, drafts and shells stay, the next page is the new one', async ({
  browser,
}) => {
  test.setTimeout(240_000);
  const form = await open(browser, '/containers/new');
  const list = await open(browser, '/containers');
  const shell = await open(browser, '/containers/steady');
  await openTerminal(shell);
  await typeCommand(shell, 'kept=from-$((40+2)); echo ready-$((1+1))', 'ready-2');
  const name = form.getByRole('textbox', { name: t('create.name'), exact: true });
  await fillCreateForm(form, { image: 'busybox:1', name: 'half-typed', command: 'sleep 3600' });
  const thrown: string[] = [];
  for (const page of [form, list, shell]) page.on('pageerror', (error) => thrown.push(error.message));

  const told = [form, list, shell].map((page) =>
    expect(page.getByText(/containers keep running/)).toBeVisible(within(TOLD_MS)),
  );
  await Promise.all([davit.stop(), ...told]);
  const mark = await renameBuild(folder);
  await davit.start();
  for (const page of [form, list, shell]) {
    await untilLive(page);
    await expect(page.getByText(/containers keep running/)).toBeHidden();
    expect(await wasReloaded(page)).toBe(false);
  }
  await expect(name).toHaveValue('half-typed');
  // Its own channel comes back after the page's; what is typed before that goes nowhere.
  await expect(shell.getByText(t('terminal.phase_live'), { exact: true })).toBeVisible();
  await shell.locator('.xterm').click();
  await typeCommand(shell, 'echo $kept', 'from-42');

  // What comes next is drawn by the new version, whatever of the old one was not loaded yet.
  const scripts = () => list.evaluate(() => [...document.scripts].map(({ src }) => src).filter((src) => src !== ''));
  expect((await scripts()).filter((src) => src.includes(`${mark}.js`))).toEqual([]);
  await list
    .getByRole('link', { name: t('nav.volumes'), exact: true })
    .first()
    .click();
  await expect(list.getByRole('heading', { level: 1 })).toHaveText(t('volumes.title'), { timeout: 30_000 });
  await untilLive(list);
  expect(await wasReloaded(list)).toBe(true);
  expect((await scripts()).some((src) => src.includes(`${mark}.js`))).toBe(true);

  // The draft is there after a reload into the new version, and becomes a container.
  await form.reload();
  await expect(form.getByText(t('create.restored'))).toBeVisible();
  await expect(name).toHaveValue('half-typed');
  await form
    .getByRole('button', { name: t('create.submit') })
    .first()
    .click();
  await expect(form).toHaveURL(/\/containers\/half-typed$/, { timeout: 30_000 });
  expect(thrown).toEqual([]);
  for (const page of [form, list, shell]) await page.context().close();
});
