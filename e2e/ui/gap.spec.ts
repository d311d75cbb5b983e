// What was missed while the connection was gone is made up for.
import { expect, test, type WebSocketRoute } from '@playwright/test';
import type { ApiClient } from '../api-client.ts';
import type { DavitProcess } from '../davit-process.ts';
import { createSleepers, openContainers, rowOf, startOwned } from './steps.ts';
import { t } from './words.ts';

let davit: DavitProcess;
let owner: ApiClient;

test.beforeAll(async () => {
  ({ davit, owner } = await startOwned());
});

test.afterAll(async () => {
  await davit[Symbol.asyncDispose]();
});

test.afterEach(async () => {
  const { trpc } = owner;
  for (const { id } of await trpc.containers.list.query({})) {
    await trpc.containers.remove.mutate({ containerId: id, force: true });
  }
});

test('what happened while the connection was gone shows when it is back, without a reload', async ({ page }) => {
  await createSleepers(owner, 'a-1', 'b-1');
  let isCut = false;
  const open = new Set<WebSocketRoute>();
  await page.routeWebSocket(/socket\.io/, (socket) => {
    if (isCut) return void socket.close();
    socket.connectToServer();
    open.add(socket);
  });
  // Nor does what is asked every few seconds meanwhile arrive.
  await page.route('**/api/trpc/**', (route) => (isCut ? route.abort() : route.continue()));
  await openContainers(page, davit);
  await expect(rowOf(page, 'b-1')).toContainText(t('state.created'));
  isCut = true;
  for (const socket of open) await socket.close();
  await expect(page.getByText(t('connection.banner'))).toBeVisible();
  await owner.trpc.containers.start.mutate({ containerId: 'a-1' });
  await owner.trpc.containers.rename.mutate({ containerId: 'b-1', name: 'c-1' });
  await expect(rowOf(page, 'a-1')).toContainText(t('state.created'));
  isCut = false;
  await page.getByRole('button', { name: t('connection.tryNow') }).click();
  await expect(page.getByText(t('connection.live'), { exact: true })).toBeVisible({ timeout: 60_000 });
  await expect(rowOf(page, 'a-1')).toContainText(t('state.running'));
  await expect(rowOf(page, 'c-1')).toBeVisible();
  await expect(rowOf(page, 'b-1')).toHaveCount(0);
  expect(await page.evaluate(() => 'davitNotReloaded' in window)).toBe(true);
});

test('what a connection that had died unnoticed did not bring is asked for as soon as there is another', async ({
  page,
}) => {
  await createSleepers(owner, 'a-1', 'b-1');
  const lost: string[] = [];
  const open = new Set<WebSocketRoute>();
  const dead = new Set<WebSocketRoute>();
  await page.routeWebSocket(/socket\.io/, (socket) => {
    open.add(socket);
    socket.connectToServer().onMessage((message) => {
      if (dead.has(socket)) lost.push(String(message));
      else socket.send(message);
    });
  });
  await openContainers(page, davit);
  await expect(rowOf(page, 'b-1')).toContainText(t('state.created'));
  for (const socket of open) dead.add(socket);
  await owner.trpc.containers.start.mutate({ containerId: 'a-1' });
  await owner.trpc.containers.rename.mutate({ containerId: 'b-1', name: 'c-1' });
  await expect.poll(() => lost.filter((message) => message.includes('"c-1"')).length).toBeGreaterThan(1);
  await expect(rowOf(page, 'a-1')).toContainText(t('state.created'));
  // It is back before the page would call it lost and ask every few seconds.
  for (const socket of dead) await socket.close();
  await expect(rowOf(page, 'a-1')).toContainText(t('state.running'));
  await expect(rowOf(page, 'c-1')).toBeVisible();
  await expect(rowOf(page, 'b-1')).toHaveCount(0);
  expect(await page.evaluate(() => 'davitNotReloaded' in window)).toBe(true);
});
