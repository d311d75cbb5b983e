// What lets a person or a program in stays in the cookie that no script reads: no address, no referrer and nothing that a
// browser keeps ever holds it.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import Sqlite from 'better-sqlite3';
import { busyboxRootfs } from '#engine/testing/busybox-rootfs.ts';
import { type DavitProcess, startDavit } from '../davit-process.ts';
import { addressesOf, open } from './page-tour.ts';
import { OWNER, openTerminal, PASSWORD, setUpByPage, signedIn, speak, typeCommand, untilLive } from './steps.ts';
import { t } from './words.ts';

let davit: DavitProcess;

test.beforeEach(async () => {
  davit = await startDavit();
});

test.afterEach(() => davit[Symbol.asyncDispose]());

/** Texts that the browser sent or kept, by where they were. */
type Seen = Map<string, Set<string>>;

function note(seen: Seen, where: string, text: string | undefined): void {
  if (text === undefined || text === '') return;
  const texts = seen.get(where) ?? new Set();
  seen.set(where, texts.add(text));
}

/** Notes every address and referrer of the pages of this browser from now on. */
function watchRequests(context: BrowserContext): Seen {
  const seen: Seen = new Map();
  context.on('request', (request) => {
    note(seen, 'address', request.url());
    note(seen, 'referrer', request.headers()['referer']);
  });
  context.on('page', (page) => {
    page.on('websocket', (socket) => note(seen, 'address of a socket', socket.url()));
    page.on('framenavigated', (frame) => note(seen, 'address of a page', frame.url()));
    page.on('download', (download) => note(seen, 'address of a download', download.url()));
  });
  return seen;
}

/** Notes what the page at hand could read. */
async function noteKept(page: Page, seen: Seen): Promise<void> {
  const kept = await page.evaluate(async () => {
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const databases: unknown[] = [];
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await done(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        const rows = database.transaction(store).objectStore(store);
        databases.push(name, store, await done(rows.getAllKeys()), await done(rows.getAll()));
      }
      database.close();
    }
    // Only where a page may have them: on https, and on the host itself.
    const cached = 'caches' in window ? await caches.keys() : [];
    return {
      localStorage: JSON.stringify(Object.entries(localStorage)),
      sessionStorage: JSON.stringify(Object.entries(sessionStorage)),
      indexedDB: JSON.stringify(databases),
      caches: JSON.stringify(cached),
      'cookies that scripts read': document.cookie,
      referrer: document.referrer,
      'state of the history': JSON.stringify(history.state),
      'name of the window': window.name,
    };
  });
  for (const [where, text] of Object.entries(kept)) note(seen, where, text);
}

/** Where one of them stands, as it is or in a form that says the same. */
function placesOf(secrets: readonly string[], seen: Seen): string[] {
  const forms = secrets.flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    Buffer.from(secret).toString('base64url'),
    Buffer.from(secret).toString('hex'),
  ]);
  return [...seen].flatMap(([where, texts]) =>
    [...texts].filter((text) => forms.some((form) => text.includes(form))).map(() => where),
  );
}

/** Of all cookies that are shut to scripts. */
async function cookieSecrets(context: BrowserContext): Promise<string[]> {
  const shut = (await context.cookies()).filter(({ httpOnly }) => httpOnly);
  expect(shut).toHaveLength(1);
  return shut.map(({ value }) => value);
}

/** What sessions are called where they are listed. */
function sessionIds(): string[] {
  const db = new Sqlite(join(davit.dataRoot, 'davit.db'), { readonly: true });
  try {
    return (db.prepare('SELECT id FROM Session').all() as { id: string }[]).map(({ id }) => id);
  } finally {
    db.close();
  }
}

async function signIn(page: Page): Promise<void> {
  await page.goto(`${davit.url}/account`);
  await page.getByLabel(t('auth.name'), { exact: true }).fill(OWNER);
  await page.getByLabel(t('auth.password'), { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: t('auth.signIn') }).click();
  await expect(page).toHaveURL(`${davit.url}/account`);
  await untilLive(page);
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: t('nav.userMenu', { name: OWNER }) }).click();
  await page.getByRole('menuitem', { name: t('nav.signOut') }).click();
  await expect(page).toHaveURL(/\/login/);
}

async function upload(page: Page): Promise<void> {
  await page.goto(`${davit.url}/images/import`);
  await untilLive(page);
  const file = { name: 'busybox.tar', mimeType: 'application/x-tar', buffer: await busyboxRootfs() };
  await page.locator('input[type="file"]').setInputFiles(file);
  await page.getByLabel(t('images.reference'), { exact: true }).fill('busybox:1');
  await page.getByRole('button', { name: t('images.actions.import', { count: 1 }) }).click();
  await expect(page.getByRole('main').getByText(t('op.succeeded')).first()).toBeVisible({ timeout: 30_000 });
}

/** The text of the new token. */
async function makeToken(page: Page): Promise<string> {
  await page
    .locator('#tokens')
    .getByRole('button', { name: t('tokens.create') })
    .click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(t('tokens.name')).fill('ci');
  await dialog.getByRole('button', { name: t('tokens.create') }).click();
  const token = await dialog
    .getByText(/^dvt_\S+$/)
    .first()
    .textContent();
  await dialog.getByLabel(t('ui.haveStored')).check();
  await dialog.getByRole('button', { name: t('tokens.done') }).click();
  await expect(dialog).toHaveCount(0);
  return token ?? '';
}

async function download(page: Page): Promise<void> {
  await page.goto(`${davit.url}/containers/web/logs`);
  await page.getByRole('button', { name: t('logs.download') }).click();
  const log = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: t('logs.download_packed'), exact: true }).click();
  await (await log).path();
  await page.goto(`${davit.url}/volumes/data`);
  await page.getByRole('button', { name: t('volumes.backUp'), exact: true }).click();
  const backup = page.waitForEvent('download');
  await page
    .getByRole('dialog')
    .getByRole('button', { name: t('volumes.backUpAction') })
    .click();
  await (await backup).path();
}

test('no token, session, password or code is in an address, a referrer or what the browser keeps', async ({
  context,
}) => {
  test.setTimeout(300_000);
  const code = (await readFile(join(davit.dataRoot, 'setup-code'), 'utf8')).trim();
  const seen = watchRequests(context);
  const page = await context.newPage();
  await speak(page, davit, 'en');
  await setUpByPage(page, davit, code);
  const secrets = [code, PASSWORD, ...(await cookieSecrets(context))];
  await noteKept(page, seen);
  await upload(page);
  await noteKept(page, seen);

  const owner = await signedIn(davit);
  secrets.push(owner.cookie().slice(owner.cookie().indexOf('=') + 1));
  const mounts = [{ type: 'volume' as const, name: 'data', target: '/data' }];
  const config = { image: 'busybox:1', command: ['sh', '-c', 'echo hello; sleep 3600'], stopSignal: 'SIGKILL', mounts };
  await owner.trpc.containers.run.mutate({ name: 'web', config });
  for (const address of await addressesOf(owner)) {
    await open(page, davit, address);
    await noteKept(page, seen);
  }
  await page.goto(`${davit.url}/containers/web`);
  await openTerminal(page);
  await typeCommand(page, 'echo from-$((40+2))', 'from-42');
  await noteKept(page, seen);
  await download(page);
  await noteKept(page, seen);
  await page.goto(`${davit.url}/account`);
  await untilLive(page);
  secrets.push(await makeToken(page));
  await noteKept(page, seen);
  secrets.push(...sessionIds());
  await signOut(page);
  await noteKept(page, seen);
  await signIn(page);
  secrets.push(...(await cookieSecrets(context)), ...sessionIds());
  await noteKept(page, seen);

  expect(secrets.every((secret) => secret.length >= 16)).toBe(true);
  expect(secrets.some((secret) => secret.startsWith('dvt_'))).toBe(true);
  for (const where of ['address', 'address of a socket', 'address of a download', 'localStorage', 'sessionStorage']) {
    expect(seen.get(where)?.size, where).toBeGreaterThan(0);
  }
  expect(placesOf(secrets, seen)).toEqual([]);
});

test('a secret is found wherever a page could put it', async ({ context }) => {
  const secret = 'dvt_0123456789abcdef';
  const seen = watchRequests(context);
  const page = await context.newPage();
  await page.goto(`${davit.url}/setup`);
  await noteKept(page, seen);
  expect(placesOf([secret], seen)).toEqual([]);
  const noise = [...seen.keys()];
  await page.evaluate(async (text) => {
    localStorage.setItem('kept', btoa(text));
    sessionStorage.setItem(text, 'kept');
    await cookieStore.set('kept', text);
    window.name = text;
    const opened = indexedDB.open('kept', 1);
    await new Promise((resolve) => {
      opened.onupgradeneeded = () => opened.result.createObjectStore('rows').put({ deep: [text] }, 'key');
      opened.onsuccess = resolve;
    });
    opened.result.close();
    await caches.open(text);
    history.replaceState({ text }, '', `?token=${encodeURIComponent(text)}`);
    await fetch('/healthz?plain');
    new WebSocket(`${location.origin.replace('http', 'ws')}/?${text}`).close();
  }, secret);
  await noteKept(page, seen);
  expect(new Set(placesOf([secret], seen))).toEqual(
    new Set([
      ...['localStorage', 'sessionStorage', 'indexedDB', 'caches', 'cookies that scripts read', 'name of the window'],
      ...['state of the history', 'address of a page', 'address of a socket', 'referrer'],
    ]),
  );
  expect(noise).toContain('address');
});
