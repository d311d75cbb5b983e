// Volumes, networks and the host; product sentences 1.15, 2.3 and 2.5.
import { expect, test } from '@playwright/test';
import { claimPool } from '../address-pool.ts';
import type { ApiClient } from '../api-client.ts';
import type { DavitProcess } from '../davit-process.ts';
import {
  createSleepers,
  enter,
  expectNoSidewaysScroll,
  rowOf,
  speak,
  startOwned,
  untilLive,
  watchConsole,
} from './steps.ts';
import { LANGUAGES, t } from './words.ts';

let davit: DavitProcess;
let owner: ApiClient;
/** The pool of a server under test has room for its default network alone. */
let pools: ReturnType<typeof claimPool>[];

test.beforeAll(async () => {
  pools = Array.from({ length: 5 }, claimPool);
  ({ davit, owner } = await startOwned());
});

test.afterAll(async () => {
  await davit[Symbol.asyncDispose]();
  for (const pool of pools) pool[Symbol.dispose]();
});

test.beforeEach(async ({ page }) => {
  await enter(page, davit);
});

async function run(name: string, config = {}): Promise<string> {
  const { id } = await owner.trpc.containers.run.mutate({
    name,
    config: { image: 'busybox:1', command: ['sleep', '3600'], ...config },
  });
  return id;
}

async function volumeNames(): Promise<string[]> {
  return (await owner.trpc.volumes.list.query({})).map(({ name }) => name).sort();
}

test('1.15 removing a volume in use says which containers use it, and removes nothing', async ({ page }) => {
  const problems = watchConsole(page);
  await run('shop-db', { mounts: [{ type: 'volume', name: 'shop-data', target: '/data' }] });
  for (const [locale, words] of LANGUAGES) {
    await speak(page, davit, locale);
    await page.goto(`${davit.url}/volumes`);
    await untilLive(page, words);
    await page.getByRole('button', { name: words('volumes.actionsOf', { name: 'shop-data' }) }).click();
    await page.getByRole('menuitem', { name: words('volumes.removeDots') }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByRole('alert')).toContainText(words('volumes.removeUsed', { count: 1 }));
    await expect(dialog.getByRole('link', { name: 'shop-db', exact: true })).toBeVisible();
    const cancel = dialog.getByRole('button', { name: words('ui.cancel') });
    await expect(cancel).toBeFocused();
    await expect(dialog.getByRole('button', { name: words('volumes.removeAction', { count: 1 }) })).toBeDisabled();
  }
  expect(await volumeNames()).toEqual(['shop-data']);
  expect(problems).toEqual([]);
});

test('a volume is made with labels, shows without a reload what uses it, and unused ones go by an exact list', async ({
  page,
}) => {
  await page.goto(`${davit.url}/volumes?cols=name,size,users,labels`);
  await untilLive(page);
  await page.getByRole('button', { name: t('volumes.create') }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(t('volumes.name'), { exact: true }).fill('fresh');
  await dialog.getByLabel(t('volumes.labels'), { exact: true }).fill('team=shop');
  await dialog.getByRole('button', { name: t('volumes.createAction') }).click();
  await expect(dialog).toBeHidden();
  await expect(rowOf(page, 'fresh')).toContainText(t('volumes.dangling'));
  await expect(rowOf(page, 'fresh')).toContainText('team=shop');
  await page.getByRole('button', { name: t('volumes.pruneDots') }).click();
  await expect(dialog).toHaveAccessibleName(t('volumes.removeOne', { name: 'fresh' }));
  await expect(dialog).toContainText(/\d+(\.\d+)?\s(B|KiB) in \d+ files?\. This cannot be undone\./);
  // Made meanwhile: it was not listed, so it stays.
  await owner.trpc.volumes.create.mutate({ newName: 'later' });
  const remove = dialog.getByRole('button', { name: /^Remove volume/ });
  const typed = dialog.getByLabel(t('ui.typeToConfirm', { word: 'fresh' }));
  await typed.fill('later');
  await expect(remove).toBeDisabled();
  await typed.fill('fresh');
  await remove.click();
  await expect(dialog).toBeHidden();
  await expect(rowOf(page, 'fresh')).toHaveCount(0);
  await expect(rowOf(page, 'later')).toBeVisible();
  expect(await volumeNames()).toEqual(['later', 'shop-data']);
  await run('user', { mounts: [{ type: 'volume', name: 'later', target: '/data' }] });
  await expect(rowOf(page, 'later').getByRole('link', { name: 'user', exact: true })).toBeVisible();
});

test('what a container changes about a chosen volume and the network in focus is read out', async ({ page }) => {
  await owner.trpc.volumes.create.mutate({ newName: 'told' });
  await page.goto(`${davit.url}/volumes`);
  await untilLive(page);
  await rowOf(page, 'told').getByRole('checkbox').check();
  const said = page.locator('p[aria-live="polite"]');
  const first = await run('told-by', { mounts: [{ type: 'volume', name: 'told', target: '/data' }] });
  await expect(said.filter({ hasText: `told: ${t('volumes.usedBy', { count: 1 })}` })).toHaveCount(1);
  await page.goto(`${davit.url}/networks`);
  await untilLive(page);
  await rowOf(page, 'bridge').getByRole('link', { name: 'bridge' }).focus();
  await expect(said.filter({ hasText: 'bridge' })).toHaveCount(0);
  const second = await run('told-too');
  await expect(said.filter({ hasText: /^bridge: \d+/ })).toHaveCount(1);
  for (const containerId of [first, second]) await owner.trpc.containers.remove.mutate({ containerId, force: true });
  await owner.trpc.volumes.remove.mutate({ volumeName: 'told' });
});

test('before a volume goes, who had it last is told, with its name in the question', async ({ page }) => {
  await run('old-wiki', { mounts: [{ type: 'volume', name: 'wiki-data', target: '/data' }] });
  await owner.trpc.containers.remove.mutate({ containerId: 'old-wiki', force: true });
  const year = String(new Date().getFullYear());
  for (const [locale, words] of LANGUAGES) {
    await speak(page, davit, locale);
    await page.goto(`${davit.url}/volumes`);
    await untilLive(page, words);
    await page.getByRole('button', { name: words('volumes.actionsOf', { name: 'wiki-data' }) }).click();
    await page.getByRole('menuitem', { name: words('volumes.removeDots') }).click();
    const dialog = page.getByRole('dialog', { name: words('volumes.removeOne', { name: 'wiki-data' }) });
    await expect(dialog.getByText(words('volumes.usedByNone'))).toBeVisible();
    const [before = '', after = ''] = words('volumes.lastUseBy', { time: '|', name: 'old-wiki' }).split('|');
    const lastUse = dialog.getByText(after);
    await expect(lastUse).toContainText(before);
    await expect(lastUse).toContainText(year);
  }
  await owner.trpc.volumes.remove.mutate({ volumeName: 'wiki-data' });
});

test('Enter in a field sends a dialog once; what blocks it is said instead', async ({ page }) => {
  let sent = 0;
  page.on('request', (request) => {
    if (/volumes\.create|networks\.create/.test(request.url())) sent += 1;
  });
  await owner.trpc.volumes.create.mutate({ newName: 'taken' });
  await page.goto(`${davit.url}/volumes`);
  await untilLive(page);
  await page.getByRole('button', { name: t('volumes.create') }).click();
  const dialog = page.getByRole('dialog');
  const name = dialog.getByLabel(t('volumes.name'), { exact: true });
  await name.fill('taken');
  await name.press('Enter');
  await expect(dialog).toContainText(t('error.volume_exists', { name: 'taken' }));
  expect(sent).toBe(0);
  await name.fill('entered');
  await name.press('Enter');
  await expect(dialog).toBeHidden();
  expect(sent).toBe(1);
  expect(await volumeNames()).toContain('entered');
  for (const volumeName of ['taken', 'entered']) await owner.trpc.volumes.remove.mutate({ volumeName });

  await page.goto(`${davit.url}/networks`);
  await page.getByRole('button', { name: t('networks.create') }).click();
  await dialog.getByLabel(t('networks.name'), { exact: true }).fill('entered');
  const subnet = dialog.getByLabel(t('networks.subnet'), { exact: true });
  await subnet.fill('10.1.2.3.4/24');
  await subnet.press('Enter');
  await expect(dialog).toContainText(t('error.invalid_subnet'));
  expect(sent).toBe(1);
});

for (const [kind, title] of [
  ['networks', t('networks.createTitle')],
  ['volumes', t('volumes.createTitle')],
] as const) {
  test(`the form for a new one of ${kind} has an address over its list: Back closes it, a reload keeps it`, async ({
    page,
  }) => {
    await enter(page, davit);
    await page.goto(`${davit.url}/${kind}?q=none`);
    await untilLive(page);
    const dialog = page.getByRole('dialog', { name: title });
    const press = () =>
      page
        .getByRole('button', { name: t(`${kind}.create`) })
        .first()
        .click();
    await press();
    await expect(dialog).toBeVisible();
    await expect(page).toHaveURL(`${davit.url}/${kind}/new?q=none`);
    await page.goBack();
    await expect(dialog).toHaveCount(0);
    await expect(page).toHaveURL(`${davit.url}/${kind}?q=none`);
    await press();
    await page.reload();
    await expect(dialog).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
    await expect(page).toHaveURL(`${davit.url}/${kind}?q=none`);
    await page.goto(`${davit.url}/${kind}/new`);
    await expect(dialog).toBeVisible();
    // The page is still that of the list.
    await expect(page.locator('header [aria-current=page]')).toHaveText(t(`nav.${kind}`));
    await page.keyboard.press('Escape');
    await expect(page).toHaveURL(`${davit.url}/${kind}`);
  });
}

test('a network and a volume whose name is a fixed word of addresses have their pages', async ({ page }) => {
  await owner.trpc.volumes.create.mutate({ newName: 'new' });
  const { id } = await owner.trpc.networks.create.mutate({ name: 'new', subnets: [{ subnet: '10.213.7.0/24' }] });
  await enter(page, davit);
  for (const kind of ['networks', 'volumes']) {
    await page.goto(`${davit.url}/${kind}`);
    await page.getByRole('main').getByRole('link', { name: 'new', exact: true }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'new' })).toBeVisible();
  }
  await owner.trpc.volumes.remove.mutate({ volumeName: 'new' });
  await owner.trpc.networks.remove.mutate({ networkId: id });
});

test('2.5 an overlapping subnet names the network it overlaps as the field is left, and the server refuses it', async ({
  page,
}) => {
  const subnet = pools[0]?.subnet ?? '';
  await owner.trpc.networks.create.mutate({ name: 'back', subnets: [{ subnet }] });
  for (const [locale, words] of LANGUAGES) {
    await speak(page, davit, locale);
    await page.goto(`${davit.url}/networks`);
    await page.getByRole('button', { name: words('networks.create') }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(words('networks.name'), { exact: true }).fill('front');
    const field = dialog.getByLabel(words('networks.subnet'), { exact: true });
    await field.fill(subnet);
    await field.blur();
    await expect(dialog).toContainText(words('error.subnet_overlap', { subnet, other: subnet, network: 'back' }));
    await expect(dialog.getByRole('button', { name: words('networks.createAction') })).toBeDisabled();
  }
  const subnets = [{ subnet }];
  await expect(owner.trpc.networks.create.mutate({ name: 'front', subnets })).rejects.toThrow(/overlaps/);
  const names = (await owner.trpc.networks.list.query({ type: 'custom' })).map(({ name }) => name);
  expect(names).toEqual(['back']);
});

test('2.3 a running container is connected to a second network and disconnected, without a reload', async ({
  page,
}) => {
  await owner.trpc.networks.create.mutate({ name: 'second', subnets: [{ subnet: pools[1]?.subnet }] });
  await run('site');
  await page.goto(`${davit.url}/networks/second`);
  await untilLive(page);
  const table = page.getByRole('table', { name: t('networks.connected') });
  const members = table.locator('tbody').getByRole('row');
  await page.getByRole('button', { name: t('networks.connect') }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(t('networks.container'), { exact: true }).selectOption({ label: 'site' });
  await dialog.getByLabel(t('networks.aliases'), { exact: true }).fill('www');
  await dialog.getByRole('button', { name: t('networks.connectAction') }).click();
  await expect(dialog).toBeHidden();
  const [endpoint] = (await owner.trpc.networks.get.query({ networkId: 'second' })).endpoints;
  await expect(members).toContainText(['site']);
  await expect(members).toContainText([endpoint?.address ?? 'no address']);
  const column = (await table.getByRole('columnheader').allTextContents()).indexOf(t('networks.alsoCalled'));
  await expect(members.getByRole('cell').nth(column).getByText('www', { exact: true })).toBeVisible();
  const size = page.viewportSize();
  await page.setViewportSize({ width: 360, height: 800 });
  await expectNoSidewaysScroll(page);
  if (size !== null) await page.setViewportSize(size);
  await page.getByRole('button', { name: t('networks.removeDots') }).click();
  await expect(dialog.getByRole('alert')).toContainText(t('networks.removeUsed', { count: 1 }));
  await dialog.getByRole('button', { name: t('ui.cancel') }).click();
  await page.getByRole('button', { name: t('networks.disconnectOf', { name: 'site' }) }).click();
  await dialog.getByRole('button', { name: t('networks.disconnectAction') }).click();
  // What lies under a dialog has no role: an empty list says something only once it is closed.
  await expect(dialog).toBeHidden();
  await expect(members).toHaveCount(0);
  expect((await owner.trpc.networks.get.query({ networkId: 'second' })).endpoints).toEqual([]);
});

test('unused networks go by their list; one made meanwhile and one of a stopped container stay', async ({ page }) => {
  const make = (name: string, place: number) => {
    const subnet = pools[place]?.subnet;
    return owner.trpc.networks.create.mutate({ name, subnets: [{ subnet }] });
  };
  await make('idle', 2);
  await make('asleep', 3);
  const config = { image: 'busybox:1', command: ['true'], network: 'asleep' };
  await owner.trpc.containers.create.mutate({ name: 'sleeper', config });
  await page.goto(`${davit.url}/networks?state=unused&q=`);
  await untilLive(page);
  await page.getByRole('button', { name: t('networks.pruneDots') }).click();
  const dialog = page.getByRole('dialog');
  const listed = dialog.getByRole('listitem');
  await expect(listed.filter({ hasText: 'idle' })).toBeVisible();
  await expect(listed.filter({ hasText: 'asleep' })).toHaveCount(0);
  await make('newer', 4);
  await dialog.getByRole('button', { name: /^Remove \d* ?networks?$/ }).click();
  await expect(dialog).toBeHidden();
  await expect(rowOf(page, 'idle')).toHaveCount(0);
  await expect(rowOf(page, 'newer')).toBeVisible();
  const names = (await owner.trpc.networks.list.query({ type: 'custom' })).map(({ name }) => name);
  expect(names.filter((name) => ['idle', 'asleep', 'newer'].includes(name)).sort()).toEqual(['asleep', 'newer']);
});

test('the host page lists every check of the doctor', async ({ page }) => {
  const checks = await owner.trpc.host.checks.query({});
  await page.goto(`${davit.url}/host`);
  const card = page.locator('section', { has: page.getByRole('heading', { name: t('host.checks') }) });
  await expect(card.getByRole('listitem')).toHaveCount(checks.length);
  for (const { ok, code, fix } of checks) {
    await expect(card).toContainText(t(`hostCheck.name.${code}`));
    if (!ok && fix !== undefined && !['shim_missing', 'cgroups', 'disk'].includes(code)) {
      await expect(card).toContainText(fix);
    }
  }
  // Its name and what is said of it stand in one line.
  const apart = await card.getByRole('listitem').evaluateAll((items) =>
    items.flatMap((item) => {
      const [name, sentence] = item.querySelectorAll('p > span');
      const top = (box: Element | undefined) => Math.round(box?.getBoundingClientRect().top ?? 0);
      return item.querySelector('button') === null ? [top(sentence) - top(name)] : [];
    }),
  );
  expect(apart.length).toBeGreaterThan(3);
  expect(apart.filter((px) => px !== 0)).toEqual([]);
});

for (const [locale, words] of LANGUAGES) {
  test(`a dash says why nothing is known (${locale})`, async ({ page }) => {
    await speak(page, davit, locale);
    const idle = `idle-${locale}`;
    await createSleepers(owner, idle);
    await page.goto(`${davit.url}/containers`);
    const row = rowOf(page, idle);
    // Of its processor and its memory, and since when it runs.
    await expect(row.getByTitle(words('containers.usageStopped'))).toHaveText(['–', '–']);
    await expect(row.getByTitle(words('ui.neverRan'))).toHaveText('–');
    await page.goto(`${davit.url}/networks`);
    await expect(rowOf(page, 'host').getByTitle(words('networks.noSubnet'))).toHaveText('–');
    await owner.trpc.containers.remove.mutate({ containerId: idle });
  });

  test(`what was removed meanwhile is said to be, and a slip in an address leads to the right name (${locale})`, async ({
    page,
  }) => {
    const main = page.getByRole('main');
    const { trpc } = owner;
    await speak(page, davit, locale);
    await trpc.volumes.create.mutate({ newName: 'ledger' });
    await trpc.volumes.create.mutate({ newName: 'fleeting' });
    await createSleepers(owner, 'warehouse');
    const near = async (path: string, name: string, href: string) => {
      await page.goto(davit.url + path);
      await expect(main.getByText(words('error.nearest'))).toBeVisible();
      await expect(main.getByRole('link', { name, exact: true })).toHaveAttribute('href', href);
    };
    await near('/volumes/legder', 'ledger', '/volumes/ledger');
    await near('/networks/brigde', 'bridge', '/networks/bridge');
    await near('/containers/warehuose', 'warehouse', '/containers/warehouse');
    await near('/images/by-name/busybxo:1', 'busybox:1', '/images/busybox%3A1');
    const path = page.getByRole('navigation', { name: words('nav.breadcrumb') });
    await expect(path.getByRole('listitem')).toHaveText([words('nav.images'), '/busybxo:1']);
    await page.goto(`${davit.url}/images/by-name/busybox:1`);
    await expect(page.getByRole('heading', { level: 1 })).toContainText('busybox:1');

    await page.goto(`${davit.url}/volumes/fleeting`);
    await untilLive(page, words);
    await trpc.volumes.remove.mutate({ volumeName: 'fleeting' });
    await expect(main.getByRole('heading', { name: words('error.removedTitle', { name: 'fleeting' }) })).toBeVisible();
    await trpc.containers.commit.mutate({ containerId: 'warehouse', reference: 'fleeting:1' });
    const names = async () => (await trpc.images.list.query({})).flatMap(({ references }) => references);
    await expect.poll(names).toContain('fleeting:1');
    await page.goto(`${davit.url}/images/by-name/fleeting:1`);
    await untilLive(page, words);
    await expect(page.getByRole('heading', { level: 1 })).toContainText('fleeting:1');
    await trpc.images.remove.mutate({ imageId: 'fleeting:1' });
    await expect(
      main.getByRole('heading', { name: words('error.removedTitle', { name: 'fleeting:1' }) }),
    ).toBeVisible();
    await main.getByRole('link', { name: words('images.toList') }).click();
    await expect(page).toHaveURL(/\/images$/);
    await trpc.containers.remove.mutate({ containerId: 'warehouse' });
    await trpc.volumes.remove.mutate({ volumeName: 'ledger' });
  });
}
