// A terminal in a real browser: at once, of the visible size, stoppable, and there again after a reload and a killed server.

import { expect, type Page, test } from '@playwright/test';
import type { ApiClient } from '../api-client.ts';
import { type DavitProcess, startDavit } from '../davit-process.ts';
import { addUser, enter, importBusybox, setUpOwner, untilLive } from './steps.ts';
import { within } from './within.ts';
import { t } from './words.ts';

let davit: DavitProcess;
let client: ApiClient;

test.beforeAll(async () => {
  davit = await startDavit();
  client = await setUpOwner(davit);
  await importBusybox(client, davit);
  await client.trpc.containers.run.mutate({ name: 'web', config: { image: 'busybox:1', command: ['sleep', '3600'] } });
});

test.afterAll(async () => {
  await davit[Symbol.asyncDispose]();
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

/** One click from the container to a prompt. */
async function openFromContainer(page: Page) {
  await enter(page, davit);
  await page.goto(`${davit.url}/containers/web`);
  await page
    .getByRole('link', { name: t('containers.tab_terminal'), exact: true })
    .first()
    .click();
  const screen = screenOf(page);
  await screen.attached();
  return screen;
}

test('a graphics processor draws the terminal where there is one, and the page itself once it is lost', async ({
  page,
}) => {
  await page.addInitScript(() => {
    const { prototype } = WebGL2RenderingContext;
    const { getParameter } = prototype;
    const rendererName = 0x9246;
    prototype.getParameter = function (this: WebGL2RenderingContext, name: number): unknown {
      return name === rendererName ? 'A Graphics Processor' : getParameter.call(this, name);
    };
  });
  const { attached, read, type } = await openFromContainer(page);
  await attached();
  const drawn = page.locator('.xterm-screen canvas:not(.xterm-link-layer)');
  await expect(drawn).toHaveCount(1);
  await expect(page.locator('.xterm-rows')).toHaveCount(0);
  await type('echo drawn-$((40+2))\n');
  await drawn.evaluate((canvas) => {
    const context = canvas instanceof HTMLCanvasElement ? canvas.getContext('webgl2') : null;
    context?.getExtension('WEBGL_lose_context')?.loseContext();
  });
  // It may come back: a moment is waited for that.
  await expect.poll(read, { timeout: 20_000 }).toContain('\ndrawn-42');
  await type('echo later-$((40+2))\n');
  await expect.poll(read).toContain('\nlater-42');
  await expect(drawn).toHaveCount(0);
});

test('1.12 one click opens a terminal of the visible size; after a reload it is the same shell with its screen', async ({
  page,
}) => {
  const { attached, read, type } = await openFromContainer(page);
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
});

test('1.14 yes runs and Ctrl+C stops it within a second', async ({ page }) => {
  const { read, type } = await openFromContainer(page);
  await type('yes\n');
  await expect.poll(read).toContain('\ny\ny\ny');
  await page.keyboard.press('Control+c');
  // The prompt is there again: what came before it was drawn.
  await expect.poll(read, { ...within(1_000), intervals: [50] }).toMatch(/\^C\n.*[#$]\s*$/);
  await type('echo stopped-$((40+2))\n');
  await expect.poll(read).toContain('\nstopped-42');
});

test('1.13 kill -9 of the server: the page says so in 3 s, the shell goes on, and a new terminal opens', async ({
  page,
}) => {
  const { attached, read, type } = await openFromContainer(page);
  await type('MARK=kept; echo mark-is-$MARK\n');
  await expect.poll(read).toContain('\nmark-is-kept');
  await davit.kill();
  await expect(page.getByText(t('connection.banner'))).toBeVisible(within(3_000));
  await expect(page.locator('section [role="status"]')).toHaveText(
    new RegExp(`^${t('terminal.phase_lost')}\\s*[1-9]\\d* s$`),
  );
  // A reading of the shells that finds none, as of an engine that is still starting, takes no screen away.
  await page.route('**/containers.shells*', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.text()).replace(/\["\/bin[^\]]*\]/, '[]') });
  });
  await davit.start();
  await attached();
  await expect(page.getByText(t('connection.banner'))).toBeHidden();
  await type('echo back-$MARK\n');
  await expect.poll(read).toContain('\nback-kept');

  await page.keyboard.press('Control+F6');
  const another = page.getByRole('button', { name: t('terminal.another') });
  await expect(another).toBeFocused();
  await another.press('Enter');
  await page.getByRole('button', { name: t('terminal.open') }).press('Enter');
  await attached();
  await expect.poll(read).not.toContain('mark-is-kept');
  await expect.poll(read).toMatch(/[#$]\s*$/);
  await type('echo new-$((40+2))\n');
  await expect.poll(read).toContain('\nnew-42');
});

test('keys lead to the terminal, the list leads another tab to it and ends it, and who may not is told why', async ({
  page,
  context,
}) => {
  await enter(page, davit);
  await page.goto(`${davit.url}/containers/web`);
  await expect(page.getByRole('heading', { name: 'web' })).toContainText(t('state.running'));
  await untilLive(page);
  await page.keyboard.press('l');
  await expect(page).toHaveURL(/\/containers\/web\/logs$/);
  await page.keyboard.press('Escape');
  await page.goto(`${davit.url}/containers/web`);
  await expect(page.getByRole('heading', { name: 'web' })).toContainText(t('state.running'));
  await untilLive(page);
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
  const text = t('noAccess.missingRightOn', { permission: 'container:exec', object: 'web' });
  await expect(page.getByText(text)).toBeVisible();
  await page.goto(`${davit.url}/no-access?permission=container:exec&object=web`);
  await expect(page.getByText(text)).toBeVisible();
  await page.getByRole('link', { name: t('noAccess.backTo', { name: 'web' }) }).click();
  await expect(page).toHaveURL(/\/containers\/web$/);
  await expect(page.getByRole('link', { name: t('nav.terminals'), exact: true })).toHaveCount(0);
});

test('how terminals behave is chosen once for the account; a new shell starts where it is told to', async ({
  page,
}) => {
  await enter(page, davit);
  await page.goto(`${davit.url}/containers/web/terminal`);
  const screen = screenOf(page);
  await screen.attached();
  const input = page.locator('.xterm textarea');
  await page.getByRole('link', { name: t('terminal.settings') }).click();
  await expect(page).toHaveURL(/\/account#terminals$/);
  await page.getByLabel(t('account.leaveKey')).selectOption('Shift+F6');
  await page.getByLabel(t('account.askPaste')).uncheck();
  await page.getByLabel(t('account.screenReader')).check();
  await page.getByLabel(t('account.scrollback')).selectOption('1000');
  await page.getByLabel(t('account.keepShell')).selectOption('1440');

  await page.goto(`${davit.url}/containers/web/terminal`);
  await screen.attached();
  await expect(input).toHaveAccessibleName(t('terminal.inputLabel', { command: '/bin/ash', key: 'Shift+F6' }));
  await expect(page.locator('.xterm-accessibility')).toBeAttached();
  await input.evaluate((field) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', 'echo first-$((40+1))\necho second-$((40+2))\n');
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  });
  await expect.poll(screen.read).toContain('\nsecond-42');
  await page.keyboard.type('seq 1 3000\n');
  await expect.poll(screen.read).toContain('\n3000');
  await page.keyboard.press('Shift+PageUp');
  for (let pages = 0; pages < 60; pages++) await page.keyboard.press('Shift+PageUp');
  await expect.poll(screen.read).toMatch(/^(19|20)\d\d\n/);
  await page.keyboard.press('Control+F6');
  await expect(input).toBeFocused();
  await page.keyboard.press('Shift+F6');
  const another = page.getByRole('button', { name: t('terminal.another') });
  await expect(another).toBeFocused();
  await another.press('Enter');

  const workdir = page.getByLabel(t('terminal.workdir'));
  await workdir.fill('tmp');
  await workdir.press('Enter');
  await expect(workdir).toHaveAccessibleDescription(t('error.absolute'));
  await workdir.fill('/etc');
  await workdir.press('Enter');
  await screen.attached();
  await screen.type('pwd\n');
  await expect.poll(screen.read).toContain('\n/etc\n');
});
