// At 360 px with a finger: what is asked of a phone at night.
import { expect, test } from '@playwright/test';
import type { ApiClient } from '../api-client.ts';
import type { DavitProcess } from '../davit-process.ts';
import { enter, expectNoSidewaysScroll, startOwned, untilLive, watchConsole } from './steps.ts';
import { t } from './words.ts';

let davit: DavitProcess;
let owner: ApiClient;

test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

test.beforeAll(async () => {
  ({ davit, owner } = await startOwned());
  const script = 'echo no such database >&2; [ -e /tmp/ran ] || { touch /tmp/ran; exit 3; }; exec sleep 3600';
  const config = { image: 'busybox:1', command: ['sh', '-c', script], stopSignal: 'SIGKILL' };
  await owner.trpc.containers.run.mutate({ name: 'shop', config });
});

test.afterAll(async () => {
  await davit[Symbol.asyncDispose]();
});

test('1.19 at 360 px J1, J2 and J4 work by touch, and no page scrolls sideways', async ({ page }) => {
  const problems = watchConsole(page);
  await enter(page, davit);
  await page.goto(davit.url);
  await untilLive(page);
  const row = page.getByRole('main').getByRole('listitem').filter({ hasText: 'shop' }).first();
  await expect(row).toContainText(t('stopReason.crashed', { exitCode: 3 }));
  await expectNoSidewaysScroll(page);
  await row.getByRole('link', { name: 'shop', exact: true }).tap();
  await expect(page.getByRole('main').getByText(t('stopReason.crashed', { exitCode: 3 }))).toBeVisible();
  await expect(page.getByRole('main').getByText('no such database').first()).toBeVisible();
  await expectNoSidewaysScroll(page);
  await page.getByRole('button', { name: t('containers.start'), exact: true }).tap();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(t('state.running'));

  const tabs = page.getByRole('navigation', { name: t('containers.tabs') });
  await tabs.getByRole('link', { name: t('containers.tab_terminal') }).tap();
  const screen = page.locator('.xterm-rows');
  await expect(screen).toContainText(/[#$] /, { timeout: 20_000 });
  await page.locator('.xterm').tap();
  await page.keyboard.type('echo from-$((40+2))\n');
  await expect(screen).toContainText('from-42');
  await expectNoSidewaysScroll(page);
  expect(problems).toEqual([]);
});
