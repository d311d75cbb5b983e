// Keys for programs on the account page: made, shown once, of use to a docker client, taken back; in both languages.
import { expect, test } from '@playwright/test';
import { type DavitProcess, startDavit } from '../davit-process.ts';
import { enter, setUpOwner, signedIn, watchConsole } from './steps.ts';
import { inChinese, t } from './words.ts';

let davit: DavitProcess;

test.beforeAll(async () => {
  davit = await startDavit();
  await setUpOwner(davit);
});

test.afterAll(() => davit[Symbol.asyncDispose]());

for (const [locale, words] of [
  ['en', t],
  ['zh', inChinese],
] as const) {
  test(`a token is made, shown once and revoked (${locale})`, async ({ page }) => {
    const problems = watchConsole(page);
    await enter(page, davit);
    await page.context().addCookies([{ name: 'davit-locale', value: locale, url: davit.url }]);
    await page.goto(`${davit.url}/account`);
    const card = page.locator('#tokens');
    await expect(card.getByText(words('tokens.none'))).toBeVisible();

    await card.getByRole('button', { name: words('tokens.create') }).click();
    const dialog = page.getByRole('dialog');
    const create = dialog.getByRole('button', { name: words('tokens.create') });
    await expect(create, 'a token has a name').toBeDisabled();
    await dialog.getByLabel(words('tokens.name')).fill(`ci-${locale}`);
    await dialog.getByRole('checkbox', { name: 'volumes:write' }).uncheck();
    await create.click();
    await expect(dialog.getByText(words('tokens.madeTitle', { name: `ci-${locale}` }))).toBeVisible();
    const secret =
      (await dialog
        .getByText(/^dvt_\S+$/)
        .first()
        .textContent()) ?? '';
    const { trpc } = await signedIn(davit);
    const [made] = (await trpc.tokens.list.query({})).tokens;
    expect(made?.name).toBe(`ci-${locale}`);
    expect(made?.scopes).not.toContain('volumes:write');

    await page.keyboard.press('Escape');
    await expect(dialog, 'a stray key does not lose what is shown once').toBeVisible();
    await dialog.getByLabel(words('ui.haveStored')).check();
    await dialog.getByRole('button', { name: words('tokens.done') }).click();
    await expect(card.getByText(`ci-${locale}`, { exact: true })).toBeVisible();
    await page.reload();
    await expect(card.getByText(`ci-${locale}`, { exact: true })).toBeVisible();
    expect(await page.content(), 'never again').not.toContain(secret);

    await card.getByRole('button', { name: words('tokens.revoke') }).click();
    await dialog.getByRole('button', { name: words('tokens.revoke') }).click();
    await expect(card.getByText(words('tokens.none'))).toBeVisible();
    expect((await trpc.tokens.list.query({})).tokens).toEqual([]);
    expect(problems).toEqual([]);
  });
}
