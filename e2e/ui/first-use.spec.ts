// Before and right after there is an owner; product sentences 1.1 and 1.2 on a fresh server.
import { expect, type Page, test } from '@playwright/test';
import { createApiClient } from '../api-client.ts';
import { type DavitProcess, startDavit } from '../davit-process.ts';
import { addUser, enter, importBusybox, OWNER, PASSWORD, signedIn, speak } from './steps.ts';
import { inChinese, LANGUAGES, t } from './words.ts';

let davit: DavitProcess;

test.beforeAll(async () => {
  davit = await startDavit();
});

test.afterAll(async () => {
  await davit[Symbol.asyncDispose]();
});

test('1.1 a stranger sees only the set-up form; a wrong code makes nothing, the right one an owner, once', async ({
  page,
}) => {
  for (const [locale, words] of LANGUAGES) {
    await speak(page, davit, locale);
    for (const path of ['/', '/containers', '/images/import', '/login', '/account']) {
      await page.goto(`${davit.url}${path}`);
      await expect(page.getByRole('heading', { name: words('auth.codeTitle') })).toBeVisible();
      await expect(page.getByRole('navigation', { name: words('nav.label') })).toHaveCount(0);
    }
    await fillSetUp(page, 'not-the-code', words);
    await expect(page.getByRole('alert').getByText(words('error.wrong_code_title'))).toBeVisible();
  }
  const stranger = createApiClient(davit.url);
  expect((await stranger.trpc.session.me.query({})).needsSetup).toBe(true);

  const code = await davit.admin(['setup-code']);
  await page.goto(davit.url);
  await fillSetUp(page, code);
  await expect(page.getByRole('heading', { name: t('home.title'), exact: true })).toBeVisible();
  await expect(stranger.trpc.session.setup.mutate({ code, name: 'eve', password: PASSWORD })).rejects.toThrow();
  await page.context().clearCookies();
  await page.goto(`${davit.url}/setup`);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.getByLabel(t('auth.code'))).toHaveCount(0);
});

test('1.2 six wrong passwords: told when to retry, in the same words as for an unknown name', async ({ page }) => {
  await addUser(davit, 'wanda', 'owner');
  const answers = new Map<string, string[]>();
  for (const name of ['wanda', 'nobody']) {
    await page.goto(`${davit.url}/login`);
    const texts: string[] = [];
    for (let attempt = 0; attempt < 6; attempt += 1) texts.push(await tryPassword(page, name));
    answers.set(name, texts);
  }
  for (const texts of answers.values()) {
    expect(texts.slice(0, 4)).toEqual(
      [4, 3, 2, 1].map((count) => t('error.wrong_credentials') + t('auth.triesLeft', { count })),
    );
    for (const text of texts.slice(4)) expect(retryTexts()).toContain(text.replace(/\d+ seconds?/, '2 seconds'));
  }
  await speak(page, davit, 'zh');
  await page.goto(`${davit.url}/login`);
  const inOtherWords = retryTexts(inChinese).map((text) => text.replace(/\d+/, 'N'));
  for (const name of ['wanda', 'nobody']) {
    expect(inOtherWords).toContain((await tryPassword(page, name, inChinese)).replace(/\d+/, 'N'));
  }
});

test('1.3 an owner of an empty engine sees three steps, each ticked as it is done, and they are gone when all are done', async ({
  page,
  browser,
}) => {
  await addUser(davit, 'nora', 'owner');
  await enter(page, davit, 'nora');
  const api = await signedIn(davit, 'nora');
  await page.goto(davit.url);
  const card = page.locator('section', { has: page.getByRole('heading', { name: t('home.firstSteps') }) });
  const ticked = (done: number) => expect(card).toContainText(t('home.stepsDone', { done, all: 3 }));
  // The same in the other language, in a browser of its own.
  const chinese = await (await browser.newContext()).newPage();
  await enter(chinese, davit, 'nora');
  await speak(chinese, davit, 'zh');
  await chinese.goto(davit.url);
  const chineseCard = chinese.locator('section', {
    has: chinese.getByRole('heading', { name: inChinese('home.firstSteps') }),
  });
  const bothTicked = async (done: number) => {
    await ticked(done);
    await expect(chineseCard).toContainText(inChinese('home.stepsDone', { done, all: 3 }));
  };
  await bothTicked(0);
  await importBusybox(api, davit);
  await bothTicked(1);
  await expect(card.getByRole('link', { name: t('home.stepImageAction') })).toHaveCount(0);
  const config = { image: 'busybox:1', command: ['sleep', '600'] };
  await api.trpc.containers.run.mutate({ name: 'first', config });
  await bothTicked(2);
  await chineseCard.getByRole('link', { name: inChinese('home.stepOpenAction') }).click();
  await chinese.getByRole('table').getByRole('link', { name: 'first', exact: true }).click();
  await expect(chinese.getByRole('heading', { name: 'first' })).toBeVisible();
  await chinese
    .getByRole('link', { name: inChinese('nav.home'), exact: true })
    .first()
    .click();
  await expect(chineseCard).toContainText(inChinese('home.stepsAllDone'));
  await chinese.context().close();
  await card.getByRole('link', { name: t('home.stepOpenAction') }).click();
  await expect(page).toHaveURL(/\/containers$/);
  await page.getByRole('table').getByRole('link', { name: 'first', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'first' })).toBeVisible();
  await page
    .getByRole('link', { name: t('nav.home'), exact: true })
    .first()
    .click();
  await ticked(3);
  await expect(card).toContainText(t('home.stepsAllDone'));
  // Events name people and not their ids.
  await expect(page.getByRole('main').getByText('nora', { exact: true }).first()).toBeVisible();
  await expect(page.getByRole('main')).not.toContainText((await api.trpc.session.me.query({})).user?.id ?? 'no user');
  // Once they are done they have no more to say: they go with the page.
  await page
    .getByRole('link', { name: t('nav.images'), exact: true })
    .first()
    .click();
  await expect(page.getByRole('heading', { level: 1, name: t('images.title') })).toBeVisible();
  await page
    .getByRole('link', { name: t('nav.home'), exact: true })
    .first()
    .click();
  await expect(page.getByRole('heading', { name: t('home.title'), exact: true })).toBeVisible();
  await expect(page.getByText(t('home.latestEvents'))).toBeVisible();
  await expect(card).toHaveCount(0);
});

async function fillSetUp(page: Page, code: string, words = t): Promise<void> {
  await page.getByLabel(words('auth.code')).fill(code);
  await page.getByRole('button', { name: words('auth.continue') }).click();
  await page.getByLabel(words('auth.name'), { exact: true }).fill(OWNER);
  const bars = page.locator('form i');
  for (const [password, hint, color] of [
    ['too short', 'weak', 'bg-danger'],
    ['aaaaaaaaaaaaaaaa', 'fair', 'bg-warning'],
    [PASSWORD, 'strong', 'bg-success'],
  ] as const) {
    await page.getByLabel(words('auth.password'), { exact: true }).fill(password);
    await expect(page.getByText(words(`auth.${hint}`), { exact: true })).toBeVisible();
    await expect(bars.first()).toContainClass(color);
  }
  await page.getByRole('button', { name: words('auth.continue') }).click();
  await page.getByRole('button', { name: words('auth.finish') }).click();
}

/** What the form says to a wrong password. */
async function tryPassword(page: Page, name: string, words = t): Promise<string> {
  await page.getByLabel(words('auth.name'), { exact: true }).fill(name);
  await page.getByLabel(words('auth.password'), { exact: true }).fill('not the password');
  const answered = page.waitForResponse((response) => response.url().includes('session.signIn'));
  await page
    .locator('form')
    .getByRole('button', { name: words('auth.signIn') })
    .click();
  await answered;
  const note = page.locator('form').getByRole('alert');
  await expect(note).toBeVisible();
  return (await note.textContent()) ?? '';
}

function retryTexts(words = t): string[] {
  const wrong = words('error.wrong_credentials') + words('auth.waitsNow', { count: 2 });
  return [wrong, words('error.throttled', { retryAfterSeconds: 2 })];
}
