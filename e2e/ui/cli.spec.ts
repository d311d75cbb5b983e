// The docker CLI at work under open pages.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { claimPool } from '../address-pool.ts';
import type { ApiClient } from '../api-client.ts';
import type { DavitProcess } from '../davit-process.ts';
import { withoutDocker } from '../docker-cli/client.ts';
import { enter, speak, startOwned, untilLive } from './steps.ts';
import { LANGUAGES } from './words.ts';

const SEEN_MS = 1_000;

let davit: DavitProcess;
let owner: ApiClient;
let pool: ReturnType<typeof claimPool>;

test.skip(withoutDocker !== undefined, withoutDocker);

test.beforeAll(async () => {
  pool = claimPool();
  ({ davit, owner } = await startOwned());
});

test.afterAll(async () => {
  await davit[Symbol.asyncDispose]();
  pool[Symbol.dispose]();
});

async function docker(...args: string[]): Promise<void> {
  await promisify(execFile)('docker', ['-H', `unix://${davit.runRoot}/docker.sock`, ...args]);
}

test('2.1 docker run, rename, network connect and volume rm show in open pages within a second, as done by CLI and whom', async ({
  page,
  context,
}) => {
  await owner.trpc.networks.create.mutate({ name: 'second', subnets: [{ subnet: pool.subnet }] });
  await enter(page, davit);
  for (const [locale, words] of LANGUAGES) {
    await speak(page, davit, locale);
    const [events, volumes] = [await context.newPage(), await context.newPage()];
    const paths = new Map([
      [page, '/containers'],
      [events, '/activity/events'],
      [volumes, '/volumes'],
    ]);
    for (const [one, path] of paths) {
      await one.goto(davit.url + path);
      await untilLive(one, words);
      await one.mouse.move(0, 0);
    }
    const link = (name: string) => page.getByRole('table').getByRole('link', { name, exact: true });
    const started = words('event.by.start', { actor: 'root', name: `web-${locale}` });
    const said = events.getByRole('listitem').filter({ hasText: started }).filter({ hasText: 'CLI' });
    await docker('run', '-d', '--name', `web-${locale}`, '-v', `data-${locale}:/data`, 'busybox:1', 'sleep', '600');
    await expect(link(`web-${locale}`)).toBeVisible({ timeout: SEEN_MS });
    await expect(volumes.getByRole('link', { name: `data-${locale}`, exact: true })).toBeVisible({ timeout: SEEN_MS });
    await expect(said.first()).toBeVisible({ timeout: SEEN_MS });
    await docker('rename', `web-${locale}`, `site-${locale}`);
    await expect(link(`site-${locale}`)).toBeVisible({ timeout: SEEN_MS });

    await page.goto(`${davit.url}/containers/site-${locale}/network`);
    await untilLive(page, words);
    await docker('network', 'connect', 'second', `site-${locale}`);
    await expect(page.getByRole('link', { name: 'second', exact: true })).toBeVisible({ timeout: SEEN_MS });

    await docker('rm', '-f', `site-${locale}`);
    await docker('volume', 'rm', `data-${locale}`);
    await expect(volumes.getByRole('link', { name: `data-${locale}`, exact: true })).toHaveCount(0, {
      timeout: SEEN_MS,
    });
    await events.close();
    await volumes.close();
  }
});
