// The docker CLI and the browser show the same containers: what the one does, the other has within a second, with who did it.
import { execFile } from 'node:child_process';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, type Page, test } from '@playwright/test';
import { type DavitProcess, startDavit } from '../davit-process.ts';
import { withoutDocker } from '../docker-cli/client.ts';
import { enter, importBusybox, OWNER, setUpOwner, signedIn, untilLive, watchConsole } from './steps.ts';
import { within } from './within.ts';
import { t } from './words.ts';

const run = promisify(execFile);
/** What anybody does is in every open page within a second. */
const A_SECOND = 1_000;

test.skip(withoutDocker !== undefined, withoutDocker ?? '');

let davit: DavitProcess;
let settings: Awaited<ReturnType<typeof mkdtempDisposable>>;

test.beforeAll(async () => {
  davit = await startDavit({ pools: 2 });
  settings = await mkdtempDisposable(join(tmpdir(), 'davit-agree-'));
  await importBusybox(await setUpOwner(davit), davit);
});

test.afterAll(async () => {
  await using _server = davit;
  await using _settings = settings;
  const { trpc } = await signedIn(davit);
  for (const { id } of await trpc.containers.list.query({})) {
    await trpc.containers.remove.mutate({ containerId: id, force: true });
  }
});

/** What a command of the real CLI prints; root of the host asks. */
async function docker(...args: string[]): Promise<string> {
  const env = { ...process.env, DOCKER_HOST: `unix://${davit.runRoot}/docker.sock`, DOCKER_CONFIG: settings.path };
  return (await run('docker', args, { env, timeout: 60_000 })).stdout.trimEnd();
}

/** The newest event that is told so. */
const toldIn = (page: Page, sentence: string) => page.getByRole('listitem').filter({ hasText: sentence }).first();
const said = (action: string, actor: string, name: string) => t(`event.by.${action}`, { actor, name });

test('what the CLI does shows on the page of containers and in the activity, with "CLI" and who', async ({ page }) => {
  const problems = watchConsole(page);
  const activity = await page.context().newPage();
  await enter(page, davit);
  await page.goto(`${davit.url}/containers`);
  await untilLive(page);
  await activity.goto(`${davit.url}/activity/events`);
  await untilLive(activity);
  const byCli = t('event.entrance.cli');

  await docker('network', 'create', 'side');
  await docker('run', '-d', '--name', 'web', '-v', 'data:/data', 'busybox:1', 'sleep', '600');
  await expect(page.getByRole('link', { name: 'web', exact: true })).toBeVisible(within(A_SECOND));
  await expect(toldIn(activity, said('start', 'root', 'web'))).toContainText(byCli, within(A_SECOND));

  await docker('rename', 'web', 'site');
  await expect(page.getByRole('link', { name: 'site', exact: true })).toBeVisible(within(A_SECOND));
  await expect(page.getByRole('link', { name: 'web', exact: true })).toHaveCount(0);
  await expect(toldIn(activity, 'root renamed web to site')).toContainText(byCli, within(A_SECOND));

  await docker('network', 'connect', 'side', 'site');
  await expect(toldIn(activity, 'root connected site to side')).toContainText(byCli, within(A_SECOND));

  await docker('rm', '-f', 'site');
  await expect(page.getByRole('link', { name: 'site', exact: true })).toHaveCount(0, within(A_SECOND));
  await docker('volume', 'rm', 'data');
  await expect(toldIn(activity, said('destroy', 'root', 'data'))).toContainText(byCli, within(A_SECOND));
  await docker('tag', 'busybox:1', 'again:2');
  await expect(toldIn(activity, said('tag', 'root', 'again:2'))).toContainText(byCli, within(A_SECOND));
  await docker('rmi', 'again:2');
  await docker('network', 'rm', 'side');
  // A network that comes or goes on the host interrupts what a browser is loading; it loads it again by itself.
  expect(problems.filter((problem) => !problem.includes('ERR_NETWORK_CHANGED'))).toEqual([]);
});

test('what the browser does is in docker ps and docker events, and names the user', async ({ page }) => {
  await docker('create', '--name', 'made', 'busybox:1', 'sleep', '600');
  const since = String(Date.now() / 1000 - 1);
  await enter(page, davit);
  await page.goto(`${davit.url}/containers/made`);
  await untilLive(page);
  await page.getByRole('button', { name: t('containers.start'), exact: true }).click();
  await expect.poll(() => docker('ps', '--filter', 'name=made', '--format', '{{.State}}')).toBe('running');
  const told = ['events', '--since', since, '--until', String(Date.now() / 1000 + 1), '--format', '{{.Action}}'];
  expect((await docker(...told)).split('\n')).toContain('start');
  await page.goto(`${davit.url}/activity/events`);
  const row = toldIn(page, said('start', OWNER, 'made'));
  await expect(row).toContainText(t('event.entrance.ui'));
  await expect(row).not.toContainText('CLI');
});
