// A terminal in a real browser: at once, of the visible size, stoppable, and there again after a reload and a killed server.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { busyboxRootfs } from '#engine/testing/busybox-rootfs.ts';
import { type ApiClient, createApiClient } from '../api-client.ts';
import { type DavitProcess, startDavit } from '../davit-process.ts';
import { addUser, enter } from './steps.ts';
import { t } from './words.ts';

const PASSWORD = 'a long enough passphrase';

let davit: DavitProcess;
let client: ApiClient;

test.beforeAll(async () => {
  davit = await startDavit();
  client = createApiClient(davit.url);
  const { trpc } = client;
  const codeFile = join(davit.dataRoot, 'setup-code');
  // It is written once the server listens.
  await expect.poll(() => existsSync(codeFile)).toBe(true);
  const code = readFileSync(codeFile, 'utf8').trim();
  await trpc.session.setup.mutate({ code, name: 'anna', password: PASSWORD });
  await client.send(`${davit.url}/api/uploads/images/import?reference=busybox:1`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: new Uint8Array(await busyboxRootfs()),
  });
  await expect.poll(async () => (await trpc.images.list.query({})).length, { timeout: 30_000 }).toBe(1);
  const config = { image: 'busybox:1', command: ['sleep', '3600'] };
  const { id } = await trpc.containers.create.mutate({ name: 'web', config });
  await trpc.containers.start.mutate({ containerId: id });
});

test.afterAll(async () => {
  await using _server = davit;
  for (const { id } of await client.trpc.containers.list.query({})) {
    await client.trpc.containers.remove.mutate({ containerId: id, force: true });
  }
});

function screenOf(page: Page) {
  const status = page.locator('section [role="status"]');
  return {
    attached: () => expect(status).toHaveText('attached', { timeout: 20_000 }),
    /** The text shown, as lines. */
    read: async () =>
      (await page.locator('.xterm-rows > div').allTextContents()).map((line) => line.trimEnd()).join('\n'),
    type: (text: string) => page.keyboard.type(text),
  };
}

test('a terminal opens at once, comes back after a reload and a killed server, and stops when told', async ({
  page,
  context,
}) => {
  const [name = '', ...value] = client.cookie().split('=');
  await context.addCookies([
    { name, value: value.join('='), url: davit.url },
    { name: 'davit-locale', value: 'en', url: davit.url },
  ]);
  const { attached, read, type } = screenOf(page);
  await page.goto(`${davit.url}/containers/web`);
  await page.getByRole('link', { name: 'Terminal', exact: true }).click();
  await attached();

  await type('stty size\n');
  const [columns, rows] = ((await page.getByText(/^\d+ × \d+$/).textContent()) ?? '').split(' × ');
  await expect.poll(read).toContain(`\n${rows} ${columns}\n`);

  await type('MARK=kept; echo mark-is-$MARK\n');
  await expect.poll(read).toContain('\nmark-is-kept');
  await page.reload();
  await attached();
  await expect.poll(read).toContain('\nmark-is-kept');
  await type('echo again-$MARK\n');
  await expect.poll(read).toContain('\nagain-kept');

  await type('yes\n');
  await expect.poll(read).toContain('\ny\ny\ny');
  await page.keyboard.press('Control+c');
  await type('echo stopped-$MARK\n');
  await expect.poll(read, { timeout: 10_000 }).toContain('\nstopped-kept');

  await davit.kill();
  await expect(page.getByText('No live connection')).toBeVisible({ timeout: 10_000 });
  await davit.start();
  await attached();
  await expect(page.getByText('No live connection')).toBeHidden();
  await type('echo back-$MARK\n');
  await expect.poll(read).toContain('\nback-kept');

  await page.keyboard.press('Control+F6');
  await expect(page.getByRole('button', { name: 'Another terminal' })).toBeFocused();
});

test('keys lead to the terminal, the list leads another tab to it and ends it, and who may not is told why', async ({
  page,
  context,
}) => {
  const [name = '', ...value] = client.cookie().split('=');
  await context.addCookies([{ name, value: value.join('='), url: davit.url }]);
  await page.goto(`${davit.url}/containers/web`);
  await expect(page.getByRole('heading', { name: 'web' })).toContainText(t('state.running'));
  await page.keyboard.press('l');
  await expect(page).toHaveURL(/\/containers\/web\/logs$/);
  await page.keyboard.press('Escape');
  await page.goto(`${davit.url}/containers/web`);
  await expect(page.getByRole('heading', { name: 'web' })).toContainText(t('state.running'));
  await page.keyboard.press('t');
  const first = screenOf(page);
  await first.attached();
  await first.type('MARK=here; echo mark-is-$MARK\n');
  await expect.poll(first.read).toContain('\nmark-is-here');

  const other = await context.newPage();
  await other.goto(`${davit.url}/terminals`);
  const rows = other.getByRole('main').getByRole('listitem');
  await expect(rows.filter({ hasText: 'web' }).first()).toBeVisible();
  const before = await rows.count();
  await rows
    .last()
    .getByRole('link', { name: t('terminals.attach') })
    .click();
  await expect(other).toHaveURL(/\/terminal\?session=[0-9a-f]{64}$/);
  const second = screenOf(other);
  await second.attached();
  await expect.poll(second.read).toContain('\nmark-is-here');
  await other.goto(`${davit.url}/terminals`);
  await rows
    .last()
    .getByRole('button', { name: new RegExp(`^${t('terminals.end')} `) })
    .click();
  await expect(rows).toHaveCount(before - 1);
  await expect(page.locator('section [role="status"]')).toHaveText(t('terminal.phase_ended'));

  await addUser(davit, 'vera', 'viewer');
  await enter(page, davit, 'vera');
  await page.goto(`${davit.url}/containers/web/terminal`);
  const text = t('noAccess.textOn', { permission: 'container:exec', object: 'web' });
  await expect(page.getByText(text)).toBeVisible();
  await page.goto(`${davit.url}/no-access?permission=container:exec&object=web`);
  await expect(page.getByText(text)).toBeVisible();
  await expect(page.getByRole('link', { name: t('nav.terminals'), exact: true })).toHaveCount(0);
});
