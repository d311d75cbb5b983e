// Every port of the host: whose it is, whether something answers there, and a free one beside it.

import { createServer } from 'node:net';
import { expect, type Page, test } from '@playwright/test';
import type { ApiClient } from '../api-client.ts';
import { type DavitProcess, startDavit } from '../davit-process.ts';
import { freePort } from '../free-port.ts';
import { addUser, enter, importBusybox, setUpOwner, speak, untilLive, watchConsole } from './steps.ts';
import { inChinese, t } from './words.ts';

let davit: DavitProcess;
let owner: ApiClient;

test.beforeAll(async () => {
  davit = await startDavit();
  owner = await setUpOwner(davit);
  await addUser(davit, 'vera', 'viewer');
  await importBusybox(owner, davit);
});

test.afterAll(async () => {
  await using _server = davit;
  const { trpc } = owner;
  for (const { id } of await trpc.containers.list.query({})) {
    await trpc.containers.remove.mutate({ containerId: id, force: true });
  }
});

async function create(name: string, hostPort: number, command: string[]): Promise<string> {
  const ports = [{ protocol: 'tcp' as const, containerPort: 80, hostAddress: '', hostPort }];
  const { id } = await owner.trpc.containers.create.mutate({
    name,
    config: { image: 'busybox:1', command, ports },
  });
  return id;
}

const rowOf = (page: Page, container: string) =>
  page.getByRole('row').filter({ has: page.getByRole('link', { name: container, exact: true }) });

test('2.4 Ports shows every published port, its container, conflicts and free ones near it, and follows what happens', async ({
  page,
}) => {
  const problems = watchConsole(page);
  const port = await freePort();
  const web = await create('web', port, ['httpd', '-f', '-p', '80']);
  await owner.trpc.containers.start.mutate({ containerId: web });
  await enter(page, davit);
  await page.goto(`${davit.url}/networks`);
  await page
    .getByRole('navigation', { name: t('nav.label') })
    .getByRole('link', { name: t('nav.ports') })
    .click();
  await expect(page.getByRole('heading', { name: t('ports.title'), level: 1 })).toBeVisible();
  await untilLive(page);
  const row = rowOf(page, 'web');
  await expect(row).toContainText(t('ports.states.open'), { timeout: 15_000 });
  await expect(row.getByRole('link', { name: `0.0.0.0:${port}` })).toHaveAttribute('href', `http://127.0.0.1:${port}/`);
  await expect(row).toContainText(':80');
  // One that listens for itself alone.
  const shy = await create('shy', await freePort(), ['httpd', '-f', '-p', '127.0.0.1:80']);
  await owner.trpc.containers.start.mutate({ containerId: shy });
  await expect(rowOf(page, 'shy')).toContainText(t('ports.states.loopback'), { timeout: 15_000 });

  await create('late', port, ['true']);
  await expect(rowOf(page, 'late')).toContainText(t('ports.usedBy', { name: 'web' }));
  // Conflicts stand on top.
  await expect(page.locator('tbody tr').first()).toContainText('late');

  await page.getByLabel(t('ports.near')).fill(String(port));
  const answer = page.getByRole('status').filter({ hasText: String(port) });
  await expect(answer).toContainText(t('ports.isUsedBy', { port: String(port), name: 'web' }));
  await expect(answer.getByRole('listitem')).toHaveCount(4);

  await owner.trpc.containers.stop.mutate({ containerId: web, timeoutSeconds: 0 });
  await expect(row).toContainText(t('ports.states.stopped'));
  await speak(page, davit, 'zh');
  await page.reload();
  await expect(row).toContainText(inChinese('ports.states.stopped'));
  await expect(page.getByRole('heading', { name: inChinese('ports.title'), level: 1 })).toBeVisible();
  expect(problems).toEqual([]);
});

test('other programs of the host are marked as such, for those who may see the host', async ({ page }) => {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  try {
    await enter(page, davit);
    await page.goto(`${davit.url}/networks/ports?q=port:${port}`);
    const row = page.getByRole('row').filter({ hasText: `127.0.0.1:${port}` });
    await expect(row).toContainText(t('ports.states.host'));
    await expect(row).toContainText(t('ports.hostProgram'));
    await enter(page, davit, 'vera');
    await page.goto(`${davit.url}/networks/ports`);
    await expect(page.getByRole('heading', { name: t('ports.title'), level: 1 })).toBeVisible();
    await expect(page.getByText(`127.0.0.1:${port}`)).toHaveCount(0);
    await expect(page.getByRole('button', { name: t('ports.filters.host') })).toHaveCount(0);
  } finally {
    server.close();
  }
});
