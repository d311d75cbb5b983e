// What tests do again and again: sign in, watch the console, an image to run.
import { expect, type Locator, type Page } from '@playwright/test';
import { busyboxRootfs } from '#engine/testing/busybox-rootfs.ts';
import { adminHere } from '../admin-here.ts';
import { type ApiClient, createApiClient } from '../api-client.ts';
import { type DavitProcess, startDavit } from '../davit-process.ts';
import { setUpOwner as setUpFirstOwner } from '../set-up-owner.ts';
import { type Locale, t, type Words } from './words.ts';

export const OWNER = 'anna';
export const PASSWORD = 'a long enough passphrase';

/**
 * Every problem that the browser itself reports, but one: it runs on the host whose interfaces come and go with every
 * container, which ends a request of it now and then.
 */
export function watchConsole(page: Page): string[] {
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() !== 'error' || message.text().includes('net::ERR_NETWORK_CHANGED')) return;
    problems.push(`${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => problems.push(error.message));
  return problems;
}

/** The first account, signed in. */
export function setUpOwner(davit: DavitProcess): Promise<ApiClient> {
  return setUpFirstOwner(davit, OWNER, PASSWORD);
}

/** As the first person does it in the browser, with the setup code. */
export async function setUpByPage(page: Page, davit: DavitProcess, code: string): Promise<void> {
  await page.goto(davit.url);
  await page.getByLabel(t('auth.code')).fill(code);
  await page.getByRole('button', { name: t('auth.continue') }).click();
  await page.getByLabel(t('auth.name'), { exact: true }).fill(OWNER);
  await page.getByLabel(t('auth.password'), { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: t('auth.continue') }).click();
  await page.getByRole('button', { name: t('auth.finish') }).click();
  await expect(page.getByRole('heading', { name: t('home.title'), exact: true })).toBeVisible();
}

/** Made by the command line, so that no test depends on another one's set-up. */
export async function addUser(davit: DavitProcess, name: string, role: string): Promise<void> {
  await adminHere(davit, ['create-user', name, '--role', role, '--password-stdin'], PASSWORD);
}

export async function signedIn(davit: DavitProcess, name = OWNER): Promise<ApiClient> {
  const api = createApiClient(davit.url);
  await api.trpc.session.signIn.mutate({ name, password: PASSWORD });
  return api;
}

/** A server with its owner and an image to run. */
export async function startOwned(): Promise<{ davit: DavitProcess; owner: ApiClient }> {
  await using undo = new AsyncDisposableStack();
  const davit = undo.use(await startDavit());
  const owner = await setUpOwner(davit);
  await importBusybox(owner, davit);
  undo.move();
  return { davit, owner };
}

/** Gives the browser a session without the form. */
export async function enter(page: Page, davit: DavitProcess, name = OWNER): Promise<void> {
  const cookie = (await signedIn(davit, name)).cookie();
  const at = cookie.indexOf('=');
  const session = { name: cookie.slice(0, at), value: cookie.slice(at + 1), url: davit.url };
  await page.context().addCookies([{ ...session, httpOnly: true }]);
}

/** From the next page on. */
export async function speak(page: Page, davit: DavitProcess, locale: Locale): Promise<void> {
  await page.context().addCookies([{ name: 'davit-locale', value: locale, url: davit.url }]);
}

/** The page itself stands still sideways; what is wider scrolls inside its own box. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const read = () =>
    page.evaluate(() => ({ used: document.documentElement.scrollWidth, window: document.documentElement.clientWidth }));
  await expect.poll(async () => (await read()).used, page.url()).toBeLessThanOrEqual((await read()).window);
}

export async function importBusybox(api: ApiClient, davit: DavitProcess, reference = 'busybox:1'): Promise<void> {
  const response = await api.send(`${davit.url}/api/uploads/images/import?reference=${reference}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-tar' },
    body: new Uint8Array(await busyboxRootfs()),
  });
  expect(response.status).toBe(202);
  const { operationId } = (await response.json()) as { operationId: string };
  await expect
    .poll(async () => (await api.trpc.operations.get.query({ operationId })).state, { timeout: 60_000 })
    .toBe('succeeded');
}

export async function createSleepers(owner: ApiClient, ...names: string[]): Promise<void> {
  const config = { image: 'busybox:1', command: ['sleep', '3600'], stopSignal: 'SIGKILL' };
  for (const name of names) await owner.trpc.containers.create.mutate({ name, config });
}

/** A container called shop that has failed with 3 and a reason on its first run; it stays up when it is started again. */
export async function runShop(owner: ApiClient): Promise<void> {
  const script = 'echo no such database >&2; [ -e /tmp/ran ] || { touch /tmp/ran; exit 3; }; exec sleep 3600';
  await owner.trpc.containers.run.mutate({
    name: 'shop',
    config: { image: 'busybox:1', command: ['sh', '-c', script], stopSignal: 'SIGKILL' },
  });
  await expect
    .poll(async () => (await owner.trpc.containers.get.query({ containerId: 'shop' })).state.status)
    .toBe('exited');
}

/** Marked, so that a reload would show. */
export async function openContainers(page: Page, davit: DavitProcess): Promise<void> {
  await enter(page, davit);
  await page.goto(`${davit.url}/containers?sort=name`);
  await untilLive(page);
  await page.evaluate(() => Object.assign(window, { davitNotReloaded: true }));
}

/** Of a list whose rows are links. */
export function rowOf(page: Page, name: string): Locator {
  return page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });
}

/** Live: every change by anybody shows without a reload. */
export async function untilLive(page: Page, words: Words = t): Promise<void> {
  await expect(page.getByText(words('connection.live'), { exact: true })).toBeVisible({ timeout: 15_000 });
}

/** The scripts of the pages come when the result is called. */
export async function holdScripts(page: Page): Promise<() => void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  await page.route(/\/_next\/static\/.*\.js/, async (route) => {
    await promise;
    await route.continue();
  });
  return resolve;
}

interface NewContainer {
  image: string;
  name: string;
  command?: string;
  /** Published on every address of the host. */
  port?: { host: number; container: number };
}

/** Fills the form at /containers/new; sections that are folded are opened. */
export async function fillCreateForm(page: Page, { image, name, command, port }: NewContainer): Promise<void> {
  await page.getByRole('combobox', { name: t('create.image'), exact: true }).fill(image);
  await page.getByRole('textbox', { name: t('create.name'), exact: true }).fill(name);
  if (command !== undefined) {
    await openSection(page, t('create.sections.command'));
    await page.getByRole('textbox', { name: t('create.fields.command'), exact: true }).fill(command);
  }
  if (port === undefined) return;
  await openSection(page, t('create.sections.ports'));
  await page.getByRole('button', { name: t('create.addPort'), exact: true }).click();
  await page
    .getByRole('textbox', { name: t('create.hostPort'), exact: true })
    .last()
    .fill(String(port.host));
  const inside = page.getByRole('textbox', { name: t('create.containerPort'), exact: true }).last();
  await inside.fill(String(port.container));
  await inside.blur();
}

/** A folded section says in its button what is set in it. */
async function openSection(page: Page, title: string): Promise<void> {
  const button = page.locator('form').getByRole('heading').getByRole('button', { name: title });
  if ((await button.getAttribute('aria-expanded')) !== 'true') await button.click();
}

/** From any page of a running container to a prompt. */
export async function openTerminal(page: Page): Promise<void> {
  const tabs = page.getByRole('navigation', { name: t('containers.tabs') });
  await tabs.getByRole('link', { name: t('containers.tab_terminal') }).click();
  const attached = page.getByText(t('terminal.phase_live'), { exact: true });
  const start = page
    .getByRole('button', { name: t('terminal.open') })
    .or(page.getByRole('button', { name: t('terminal.runAgain') }));
  // One that was open before may be found to have ended; what is typed before the shell reads may be lost, as anywhere.
  await expect(async () => {
    if (await start.first().isVisible()) await start.first().click();
    await expect(attached).toBeVisible({ timeout: 4_000 });
    await expect(terminalScreen(page)).toContainText(/[#$] /, { timeout: 4_000 });
  }).toPass({ timeout: 40_000 });
}

/** What the terminal's screen shows at this moment. */
function terminalScreen(page: Page) {
  return page.locator('.xterm-rows');
}

export async function typeCommand(page: Page, command: string, output: string): Promise<void> {
  await page.keyboard.type(`${command}\n`);
  await expect(terminalScreen(page)).toContainText(output);
}

/** Everything that the page shows from now on in the form of `text`, in which `@` stands for a size; for what is gone soon. */
export async function collectTexts(page: Page, text: string): Promise<() => Promise<string[]>> {
  const pattern = text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('@', '[\\d.]+\\s\\w+');
  const found = await page.evaluateHandle((source) => {
    const texts: string[] = [];
    new MutationObserver(() => {
      const match = new RegExp(source).exec(document.body.textContent ?? '');
      if (match !== null && texts.at(-1) !== match[0]) texts.push(match[0]);
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
    return texts;
  }, pattern);
  return () => found.jsonValue();
}
