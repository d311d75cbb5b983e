// A shell on the host itself: for owners, behind the password, written down, and gone with the right to it.

import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, type Page, test } from '@playwright/test';
import { createApiClient } from '../api-client.ts';
import { type DavitProcess, startDavit } from '../davit-process.ts';
import {
  addUser,
  enter,
  OWNER,
  PASSWORD,
  setUpOwner,
  signedIn,
  typeCommand,
  untilLive,
  watchConsole,
} from './steps.ts';
import { within } from './within.ts';
import { t } from './words.ts';

let davit: DavitProcess;

test.beforeAll(async () => {
  davit = await startDavit({ hostTerminal: true });
  await setUpOwner(davit);
  // One stays when another is demoted.
  await addUser(davit, 'olga', 'owner');
});

test.afterAll(async () => {
  await davit[Symbol.asyncDispose]();
});

/** From the card to a prompt. */
async function openShell(page: Page): Promise<void> {
  await page.goto(`${davit.url}/host/terminal`);
  await page.getByRole('button', { name: t('terminal.open') }).click();
  await untilAttached(page);
}

async function untilAttached(page: Page): Promise<void> {
  await expect(page.getByText(t('terminal.phase_live'), { exact: true })).toBeVisible({ timeout: 15_000 });
  await expect(page.locator('.xterm-rows')).toContainText(/[#$] /, { timeout: 15_000 });
}

test('an owner works on the host in a red frame, and finds the same shell after a reload', async ({ page }) => {
  const problems = watchConsole(page);
  await enter(page, davit);
  await page.goto(`${davit.url}/host/terminal`);
  await expect(page.getByRole('heading', { name: t('hostTerminal.titleOf', { name: hostname() }) })).toBeVisible();
  await openShell(page);
  const frame = page.getByRole('region', { name: t('terminal.label', { command: t('hostTerminal.loginShell') }) });
  await expect(frame).toContainText(t('terminal.onHost', { name: hostname() }));
  // Whole on a phone too.
  await page.setViewportSize({ width: 360, height: 740 });
  const host = frame.getByText(t('terminal.onHost', { name: hostname() }), { exact: true });
  await expect.poll(() => host.evaluate((name) => name.scrollWidth - name.clientWidth)).toBeLessThanOrEqual(0);
  await page.setViewportSize({ width: 1280, height: 720 });
  // The danger of the light theme.
  await expect(frame).toHaveCSS('border-top-color', 'rgb(179, 35, 34)');
  await typeCommand(page, 'mine=$((40 + 2)); echo "<$mine>"', '<42>');
  await page.reload();
  await untilAttached(page);
  await typeCommand(page, 'echo "again <$mine>"', 'again <42>');
  await typeCommand(page, 'stty size', await visibleSize(page));
  // Among one's own terminals, and back from there.
  await page.goto(`${davit.url}/terminals`);
  await page.getByRole('link', { name: t('terminals.attachTo', terminalName()) }).click();
  await untilAttached(page);
  await typeCommand(page, 'echo "still <$mine>"', 'still <42>');
  await page.keyboard.type('exit 3\n');
  await expect(page.getByText(t('terminal.endedWith', { code: 3 }))).toBeVisible();
  expect(problems).toEqual([]);
});

const terminalName = () => ({ name: hostname(), command: t('hostTerminal.loginShell') });

/** As `stty` prints it, from the words in the bar. */
async function visibleSize(page: Page): Promise<string> {
  const [, columns, rows] = /(\d+) × (\d+)/.exec((await page.locator('main').textContent()) ?? '') ?? [];
  return `${rows} ${columns}`;
}

test('what must not stay goes with the role: the shell, at once, and what runs in it', async ({ page }) => {
  await enter(page, davit, 'olga');
  await openShell(page);
  await page.keyboard.type('nohup sleep 4242 >/dev/null 2>&1 & echo "pid=$!="\n');
  // What is typed shows as well.
  await expect(page.locator('.xterm-rows')).toContainText(/pid=\d+=/);
  const pid = /pid=(\d+)=/.exec((await page.locator('.xterm-rows').textContent()) ?? '')?.[1];
  expect(pid).toBeDefined();
  const owner = await signedIn(davit);
  await owner.trpc.users.changeRole.mutate({ userName: 'olga', role: 'admin' });
  const sheet = page.getByRole('dialog', { name: t('auth.endedTitle') });
  await expect(sheet).toBeVisible(within(2_000));
  await expect(sheet).toContainText(t('auth.endedText', { reason: 'role_changed' }));
  await expect.poll(() => isAlive(Number(pid)), within(2_000)).toBe(false);
  // An admin has none, by the page or by hand.
  await enter(page, davit, 'olga');
  await page.goto(`${davit.url}/host/terminal`);
  await expect(page.getByText(t('noAccess.missingRight', { permission: 'host:terminal' }))).toBeVisible();
  // Nor could another admin help.
  const ask = { role: t('users.roles.admin'), names: OWNER };
  await expect(page.getByText(t('noAccess.ask', ask))).toBeVisible();
  const admin = await signedIn(davit, 'olga');
  await expect(admin.trpc.host.terminal.query({})).rejects.toThrow(/host:terminal/);
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    // No such process: that is the answer.
    return false;
  }
}

test('an owner switches it on behind the password and off again: others see it at once, the shells end, both are written down', async ({
  page,
  browser,
}) => {
  test.setTimeout(120_000);
  await using off = await startDavit();
  await setUpOwner(off);
  await addUser(off, 'olga', 'owner');
  await addUser(off, 'adam', 'admin');
  const adam = await signedIn(off, 'adam');
  await expect(adam.trpc.host.switchOnTerminal.mutate({})).rejects.toThrow(/host:terminal/);
  // Its session is made so old for this page that it asks for the password, and a wrong one opens nothing.
  await page.route('**/api/trpc/**', async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replace(/"provedUntil":"[^"]+"/g, '"provedUntil":"2020-01-01T00:00:00.000Z"');
    await route.fulfill({ response, body });
  });
  await enter(page, off);
  await page.goto(`${off.url}/host/terminal`);
  await expect(page.getByText(t('hostTerminal.offTitle'))).toBeVisible();
  await expect(page.getByRole('button', { name: t('terminal.open') })).toHaveCount(0);
  const other = await (await browser.newContext()).newPage();
  await enter(other, off, 'olga');
  await other.goto(`${off.url}/host/terminal`);
  await untilLive(other);
  const switchOn = page.getByRole('button', { name: t('hostTerminal.switchOn') });
  await expect(switchOn).toBeDisabled();
  await page.getByLabel(t('account.proof')).fill('not the right one');
  await switchOn.click();
  await expect(page.getByText(t('error.password_wrong'))).toBeVisible();
  await page.getByLabel(t('account.proof')).fill(PASSWORD);
  await switchOn.click();
  await expect(page.getByRole('button', { name: t('hostTerminal.switchOff') })).toBeVisible();
  await other.getByRole('button', { name: t('terminal.open') }).click();
  await untilAttached(other);
  await other.keyboard.type('sleep 4243 & echo "pid=$!="\n');
  // What is typed shows as well.
  await expect(other.locator('.xterm-rows')).toContainText(/pid=\d+=/);
  const pid = /pid=(\d+)=/.exec((await other.locator('.xterm-rows').textContent()) ?? '')?.[1];
  expect(isAlive(Number(pid))).toBe(true);
  await page.getByRole('button', { name: t('hostTerminal.switchOff') }).click();
  await expect.poll(() => isAlive(Number(pid))).toBe(false);
  await expect(other.getByText(t('hostTerminal.offTitle'))).toBeVisible();
  await other.context().close();
  // What the page asks meanwhile would be refused on its way through here.
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  // It stays as it was left.
  await off.kill();
  await off.start();
  const owner = await signedIn(off);
  expect(await owner.trpc.host.terminal.query({})).toMatchObject({ enabled: false, fixed: false });
  const written = auditRows(off);
  expect(written.filter((row) => row.startsWith('host.terminal_on'))).toEqual([
    'host.terminal_on adam denied',
    `host.terminal_on ${OWNER} allowed`,
  ]);
  expect(written).toContain(`host.terminal_off ${OWNER} allowed`);
});

/** What the audit log says of the host, oldest first. */
function auditRows(davit: DavitProcess): string[] {
  using db = new DatabaseSync(join(davit.dataRoot, 'davit.db'), { readOnly: true });
  const rows = db.prepare("SELECT * FROM AuditRow WHERE action LIKE 'host.%' ORDER BY seq").all();
  return rows.map((row) => `${row['action']} ${row['actorName']} ${row['result']}`);
}

test('started with a word against it, the page says how it is had', async ({ page }) => {
  await using off = await startDavit({ flags: ['--host-terminal=off'] });
  const owner = await setUpOwner(off);
  await enter(page, off);
  await page.goto(`${off.url}/host/terminal`);
  await expect(page.getByText('./davit up --host-terminal')).toBeVisible();
  await expect(page.getByRole('button', { name: t('hostTerminal.switchOn') })).toHaveCount(0);
  await expect(owner.trpc.host.switchOnTerminal.mutate({})).rejects.toThrow(/--host-terminal/);
  const stranger = createApiClient(off.url);
  await expect(stranger.trpc.host.terminal.query({})).rejects.toThrow();
});
