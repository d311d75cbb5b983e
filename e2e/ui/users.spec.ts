// People: made, given rights, stopped, and what those under it see.

import { expect, type Page, test } from '@playwright/test';
import type { ApiClient } from '../api-client.ts';
import type { DavitProcess } from '../davit-process.ts';
import {
  addUser,
  enter,
  OWNER,
  openTerminal,
  PASSWORD,
  signedIn,
  startOwned,
  untilLive,
  watchConsole,
} from './steps.ts';
import { within } from './within.ts';
import { t } from './words.ts';

/** From the moment that a right is taken to the moment that the page has said so. */
const TOLD_MS = 2_000;

let davit: DavitProcess;
let owner: ApiClient;

test.beforeAll(async () => {
  ({ davit, owner } = await startOwned());
});

test.afterAll(async () => {
  await using _server = davit;
  const { trpc } = owner;
  for (const { id } of await trpc.containers.list.query({})) {
    await trpc.containers.remove.mutate({ containerId: id, force: true });
  }
});

async function openUsers(page: Page): Promise<void> {
  await page.goto(`${davit.url}/admin/users`);
  await expect(page.getByRole('heading', { name: t('users.title'), level: 1 })).toBeVisible();
  await untilLive(page);
}

const rowOf = (page: Page, name: string) =>
  page.getByRole('row').filter({ has: page.getByRole('button', { name, exact: true }) });

async function choose(page: Page, name: string, item: string): Promise<void> {
  await page.getByRole('button', { name: t('users.actionsOf', { name }) }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

/** The session of this page is made so old that what is grave asks for the password. */
async function untilProofIsDue(page: Page): Promise<void> {
  await page.route('**/api/trpc/**', async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replace(/"provedUntil":"[^"]+"/g, '"provedUntil":"2020-01-01T00:00:00.000Z"');
    await route.fulfill({ response, body });
  });
}

test('an owner adds a user, who chooses a password at the first sign-in; the list follows', async ({
  page,
  browser,
}) => {
  const problems = watchConsole(page);
  await enter(page, davit);
  await openUsers(page);
  await page.getByRole('button', { name: t('users.invite') }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(t('users.name')).fill('anna');
  await expect(dialog.getByText(t('error.user_name_taken', { name: 'anna' }))).toBeVisible();
  await dialog.getByLabel(t('users.name')).fill('bea');
  await dialog.getByRole('radio', { name: t('users.roles.viewer') }).check();
  await dialog.getByRole('button', { name: t('users.inviteAction') }).click();
  const password = await dialog.locator('code').textContent();
  expect(password).toMatch(/^[a-z2-9-]{29}$/);
  await page.keyboard.press('Escape');
  await expect(dialog, 'a stray key does not lose what is shown once').toBeVisible();
  await dialog.getByLabel(t('ui.haveStored')).check();
  await dialog.getByRole('button', { name: t('users.done') }).click();
  await expect(rowOf(page, 'bea')).toContainText(t('users.states.invited'));

  const other = await (await browser.newContext()).newPage();
  await other.goto(`${davit.url}/login`);
  await other.getByLabel(t('auth.name')).fill('bea');
  await other.getByLabel(t('auth.password'), { exact: true }).fill(password ?? '');
  await other.getByRole('button', { name: t('auth.signIn') }).click();
  await expect(other.getByText(t('auth.temporaryText'))).toBeVisible();
  await other.getByLabel(t('auth.newPassword')).fill(PASSWORD);
  await other.getByRole('button', { name: t('auth.replaceAndSignIn') }).click();
  await expect(other.getByRole('heading', { name: t('home.title'), level: 1 })).toBeVisible();
  // Without a reload, and without a right to see it for her.
  await expect(rowOf(page, 'bea')).toContainText(t('users.states.active'));
  await expect(rowOf(page, 'bea')).toContainText(t('users.sessionCount', { count: 1 }));
  await expect(other.getByRole('link', { name: t('nav.users') })).toHaveCount(0);
  await other.goto(`${davit.url}/admin/users`);
  await expect(other.getByText(t('noAccess.missingRight', { permission: 'user:manage' }))).toBeVisible();
  await other.goto(`${davit.url}/host`);
  await expect(other.getByText(t('noAccess.missingRight', { permission: 'host:view' }))).toBeVisible();
  await other.context().close();
  expect(problems).toEqual([]);
});

test('a role taken away ends page and terminal at once, and both say why', async ({ page, browser }) => {
  await addUser(davit, 'dora', 'developer');
  const dora = await signedIn(davit, 'dora');
  const config = { image: 'busybox:1', command: ['sleep', '3600'] };
  const { id } = await dora.trpc.containers.create.mutate({ name: 'hers', config });
  await dora.trpc.containers.start.mutate({ containerId: id });
  const hers = await (await browser.newContext()).newPage();
  await enter(hers, davit, 'dora');
  await hers.goto(`${davit.url}/containers/hers`);
  await openTerminal(hers);

  await enter(page, davit);
  await openUsers(page);
  await choose(page, 'dora', t('users.roleDots'));
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText(t('users.endingSessions'))).toBeVisible();
  await dialog.getByRole('radio', { name: t('users.roles.viewer') }).check();
  await dialog.getByRole('button', { name: t('users.verbs.role') }).click();
  const sheet = hers.getByRole('dialog', { name: t('auth.endedTitle') });
  await expect(sheet).toBeVisible(within(TOLD_MS));
  await expect(sheet).toContainText(t('auth.endedText', { reason: 'role_changed' }));
  await expect(rowOf(page, 'dora')).toContainText(t('users.roles.viewer'));
  // The shell went with the right to it.
  await expect
    .poll(async () => (await owner.trpc.containers.processes.query({ containerId: id })).length, within(TOLD_MS))
    .toBe(1);
  await hers.context().close();
});

test('somebody disabled is out and stays out; the last owner cannot be touched', async ({ page, browser }) => {
  await addUser(davit, 'carl', 'operator');
  const his = await (await browser.newContext()).newPage();
  await enter(his, davit, 'carl');
  await his.goto(`${davit.url}/containers`);
  await untilLive(his);

  await enter(page, davit);
  await untilProofIsDue(page);
  await openUsers(page);
  await choose(page, 'carl', t('users.disableDots'));
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('button', { name: t('ui.cancel') })).toBeFocused();
  const disable = dialog.getByRole('button', { name: t('users.verbs.disable') });
  // What is dangerous is never confirmed by Enter in a field.
  await dialog.getByLabel(t('account.proof')).fill(PASSWORD);
  await expect(disable).toBeEnabled();
  await dialog.getByLabel(t('account.proof')).press('Enter');
  await expect(dialog).toBeVisible();
  const disabled = async () => (await owner.trpc.users.list.query({})).find(({ name }) => name === 'carl')?.disabled;
  expect(await disabled()).toBe(false);
  await disable.click();
  // The password is proved first, which takes its time.
  await expect.poll(disabled, { intervals: [50] }).toBe(true);
  const sheet = his.getByRole('dialog', { name: t('auth.endedTitle') });
  await expect(sheet).toBeVisible(within(TOLD_MS));
  await expect(sheet).toContainText(t('auth.endedText', { reason: 'disabled' }));
  await sheet.getByLabel(t('auth.password'), { exact: true }).fill(PASSWORD);
  await sheet.getByRole('button', { name: t('auth.signIn') }).click();
  await expect(sheet.getByText(t('error.wrong_credentials'))).toBeVisible();
  await expect(rowOf(page, 'carl')).toContainText(t('users.states.disabled'));
  await his.context().close();

  await page.getByRole('button', { name: t('users.actionsOf', { name: OWNER }) }).click();
  for (const item of ['roleDots', 'passwordDots', 'disableDots'])
    await expect(page.getByRole('menuitem', { name: t(`users.${item}`) })).toHaveAttribute('aria-disabled', 'true');
});

test('what is grave asks for the password again, and a wrong one changes nothing', async ({ page }) => {
  await addUser(davit, 'fred', 'viewer');
  await enter(page, davit);
  await untilProofIsDue(page);
  await openUsers(page);
  await choose(page, 'fred', t('users.passwordDots'));
  const dialog = page.getByRole('dialog');
  const action = dialog.getByRole('button', { name: t('users.verbs.password') });
  await expect(action).toBeDisabled();
  await dialog.getByLabel(t('account.proof')).fill('not the right one');
  await action.click();
  await expect(dialog.getByText(t('error.password_wrong'))).toBeVisible();
  await dialog.getByLabel(t('account.proof')).fill(PASSWORD);
  await action.click();
  await expect(dialog.locator('code')).toHaveText(/^[a-z2-9-]{29}$/);
});
