// The create form with every option; product sentences 1.6, 2.6 and 6.3.
import { expect, test } from '@playwright/test';
import type { ApiClient } from '../api-client.ts';
import { type DavitProcess, startDavit } from '../davit-process.ts';
import { freePort } from '../free-port.ts';
import { tellSocket } from '../socket-client.ts';
import { addUser, enter, importBusybox, OWNER, setUpOwner, speak, watchConsole } from './steps.ts';
import { LANGUAGES, t } from './words.ts';

let davit: DavitProcess;
let owner: ApiClient;

test.beforeAll(async () => {
  davit = await startDavit();
  owner = await setUpOwner(davit);
  await addUser(davit, 'dora', 'developer');
  await addUser(davit, 'vera', 'viewer');
  await importBusybox(owner, davit);
});

test.afterAll(async () => {
  await davit[Symbol.asyncDispose]();
});

/** Flags of every part of the form, with the field that has the focus afterwards. */
const FLAGS: [flag: string, field: string][] = [
  ['--name', 'create.name'],
  ['--entrypoint', 'create.fields.entrypoint'],
  ['--ip6', 'create.fields.ip6'],
  ['--blkio-weight-device', 'create.fields.blkioWeightDevices'],
  ['--health-start-interval', 'create.fields.healthStartInterval'],
  ['--device-cgroup-rule', 'create.fields.deviceRules'],
  ['--log-opt', 'create.fields.logOptions'],
  ['--volumes-from', 'create.fields.volumesFrom'],
  ['--expose', 'create.fields.expose'],
  ['mem_limit', 'create.fields.memory'],
];

test('a memory limit below that of the engine is refused as the field is left, one beyond the host is only told', async ({
  page,
}) => {
  await enter(page, davit);
  await page.goto(`${davit.url}/containers/new`);
  const search = page.getByRole('combobox', { name: t('create.search') });
  await search.fill('--memory');
  await search.press('Enter');
  const memory = page.locator('form').getByLabel(t('create.fields.memory'), { exact: true });
  await memory.fill('5m');
  await expect(page.getByText(t('error.memory_too_small'))).toHaveCount(0);
  await memory.blur();
  await expect(page.getByText(t('error.memory_too_small')).first()).toBeVisible();
  await memory.fill('900t');
  await memory.blur();
  const told = t('create.beyondHost', { size: '#' }).split('#')[1] ?? '';
  await expect(page.getByText(told)).toBeVisible();
  await expect(memory).not.toHaveAttribute('aria-invalid');
  await memory.fill('64m');
  await expect(page.getByText(told)).toHaveCount(0);
});

test('2.6 an option is found by its CLI flag and has the focus', async ({ page }) => {
  const problems = watchConsole(page);
  await enter(page, davit);
  await page.goto(`${davit.url}/containers/new`);
  const search = page.getByRole('combobox', { name: t('create.search') });
  for (const [flag, field] of FLAGS) {
    await search.fill(flag);
    await search.press('Enter');
    await expect(page.locator('form').getByLabel(t(field), { exact: true }), flag).toBeFocused();
  }
  await search.fill('--gpus');
  await expect(page.getByText(t('create.without.engine', { flag: '--gpus' }))).toBeVisible();
  expect(problems).toEqual([]);
});

test('1.6 a taken port names its holder as the field is left, and a failed create keeps every field', async ({
  page,
}) => {
  const port = await freePort();
  const config = { image: 'busybox:1', command: ['sleep', '3600'], stopSignal: 'SIGKILL' };
  await owner.trpc.containers.run.mutate({
    name: 'holder',
    config: { ...config, ports: [{ containerPort: 80, hostPort: port }] },
  });
  await enter(page, davit);
  await page.goto(`${davit.url}/containers/new`);
  await page.getByRole('combobox', { name: t('create.image'), exact: true }).fill('busybox:1');
  await page.getByRole('textbox', { name: t('create.name'), exact: true }).fill('second');
  await page.getByRole('button', { name: t('create.addPort'), exact: true }).click();
  const hostPort = page.getByRole('textbox', { name: t('create.hostPort'), exact: true });
  await hostPort.fill(String(port));
  await page.getByRole('textbox', { name: t('create.containerPort'), exact: true }).fill('80');
  const holder = t('error.port_in_use', { port: String(port), address: '0.0.0.0', holder: 'holder' });
  await expect(page.getByText(holder)).toBeVisible();
  await page.getByRole('button', { name: t('create.submit') }).click();
  await expect(page.getByText(t('create.failed'))).toBeVisible();
  await expect(page.getByRole('combobox', { name: t('create.image'), exact: true })).toHaveValue('busybox:1');
  await expect(page.getByRole('textbox', { name: t('create.name'), exact: true })).toHaveValue('second');
  await expect(hostPort).toHaveValue(String(port));
  await expect(page.getByText(holder)).toBeVisible();
});

test('a command that is shown asks this server, whose socket docker would not find', async ({ page }) => {
  const docker = `docker -H unix://${davit.runRoot}/docker.sock`;
  await enter(page, davit);
  for (const [locale, words] of LANGUAGES) {
    await speak(page, davit, locale);
    await page.goto(`${davit.url}/volumes`);
    await expect(page.getByText(`${docker} volume create data`, { exact: true })).toBeVisible();
    await page.goto(`${davit.url}/containers/new`);
    await expect(page.getByRole('region', { name: words('create.equivalent') })).toContainText(`${docker} run -d`);
  }
});

test('the JSON beside the form makes the same container by the API of Docker', async ({ page }) => {
  await enter(page, davit);
  await page.goto(`${davit.url}/containers/new`);
  const preview = page.getByRole('region', { name: t('create.equivalent') });
  await preview.getByRole('button', { name: t('create.jsonForm') }).click();
  await expect(preview).toContainText(t('create.jsonLater'));
  await page.getByRole('combobox', { name: t('create.image'), exact: true }).fill('busybox:1');
  await page.getByRole('textbox', { name: t('create.name'), exact: true }).fill('by-json');
  const search = page.getByRole('combobox', { name: t('create.search') });
  await search.fill('command');
  await search.press('Enter');
  await page.getByLabel(t('create.fields.command'), { exact: true }).fill('sleep "3600"');
  await search.fill('--memory');
  await search.press('Enter');
  await page.getByLabel(t('create.fields.memory'), { exact: true }).fill('64m');
  await expect(preview).toContainText('POST /containers/create?name=by-json');
  const body = JSON.parse((await preview.locator('code').textContent()) ?? '');
  const Cmd = ['sleep', '3600'];
  expect(body).toEqual({ Image: 'busybox:1', Cmd, HostConfig: { NetworkMode: 'bridge', Memory: 64 * 1024 ** 2 } });
  const { status, body: answer } = await tellSocket(`${davit.runRoot}/docker.sock`)(
    'POST',
    '/containers/create?name=by-json',
    body,
  );
  expect([status, answer]).toEqual([201, expect.stringContaining('"Id"')]);
  const made = await owner.trpc.containers.get.query({ containerId: 'by-json' });
  expect(made.config.resources).toMatchObject({ memoryBytes: 64 * 1024 ** 2 });
});

test('6.3 a developer reads while typing what the role may not have, and again on submit', async ({ page }) => {
  await enter(page, davit, 'dora');
  await page.goto(`${davit.url}/containers/new`);
  await page.getByRole('combobox', { name: t('create.image'), exact: true }).fill('busybox:1');
  const search = page.getByRole('combobox', { name: t('create.search') });
  await search.fill('--privileged');
  await search.press('Enter');
  const box = page.getByRole('checkbox', { name: t('create.fields.privileged') });
  await box.check();
  await expect(page.getByText(t('error.privileged'))).toBeVisible();
  await page.getByRole('button', { name: t('create.submit') }).click();
  await expect(page.getByText(t('error.not_admitted'))).toBeVisible();
  await expect(page.getByText(t('error.privileged'))).toBeVisible();
  await box.uncheck();
  await expect(page.getByText(t('error.privileged'))).toBeHidden();
  expect(await owner.trpc.containers.list.query({ name: ['dora'] })).toEqual([]);
});

test('whoever may create nothing reads which right is missing in place of the form', async ({ page }) => {
  await enter(page, davit, 'vera');
  for (const path of ['/containers/new', '/containers/new?image=busybox:1']) {
    await page.goto(davit.url + path);
    await expect(page.getByText(t('noAccess.missingRight', { permission: 'container:create' }))).toBeVisible();
    await expect(page.getByRole('combobox')).toHaveCount(0);
    await expect(page.getByRole('button', { name: t('create.submit') })).toHaveCount(0);
  }
  for (const [locale, words] of LANGUAGES) {
    await speak(page, davit, locale);
    await page.reload();
    const ask = { role: words('users.roles.viewer'), names: OWNER };
    await expect(page.getByText(words('noAccess.ask', ask))).toBeVisible();
  }
  await page
    .getByRole('main')
    .getByRole('link', { name: t('ui.back', { name: t('nav.containers') }) })
    .click();
  await expect(page).toHaveURL(/\/containers$/);
});
