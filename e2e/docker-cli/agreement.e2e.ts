// The docker CLI and the dashboard tell the same story: what the one does, the other hears of at once, with who did it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createApiClient } from '../api-client.ts';
import { startDockerCli, withoutDocker } from './client.ts';

const LONG = { timeout: 120_000, skip: withoutDocker };
const PASSWORD = 'correct horse battery';
const AT_ONCE_MS = 1_000;

type Cli = Awaited<ReturnType<typeof startDockerCli>>;
let cli: Cli;
let api: ReturnType<typeof createApiClient>;

before(
  async () => {
    if (withoutDocker !== undefined) return;
    cli = await startDockerCli();
    await cli.davit.admin(['create-user', 'anna', '--role', 'owner', '--password-stdin'], PASSWORD);
    api = createApiClient(cli.davit.url);
    await api.trpc.session.signIn.mutate({ name: 'anna', password: PASSWORD });
  },
  { timeout: 180_000 },
);

after(() => cli?.[Symbol.asyncDispose]());

/** What the page of events shows of this action, as soon as it does. */
async function shown(type: string, action: string, name: string) {
  for (const began = Date.now(); Date.now() - began < AT_ONCE_MS; await delay(20)) {
    const events = await api.trpc.events.list.query({});
    const found = events.find((event) => event.type === type && event.action === action && event.name === name);
    if (found !== undefined) return [found.actor, found.entrance];
  }
  throw new Error(`${type} ${action} of ${name} is not shown within a second`);
}

test('what the CLI does is shown at once, with "CLI" and who it was', LONG, async () => {
  const cliRoot = ['root', 'cli'];
  await cli.docker('run', '-d', '--name', 'web', '-v', 'data:/data', 'base:1', 'sleep', '600');
  assert.deepEqual(await shown('container', 'start', 'web'), cliRoot);
  await cli.docker('rename', 'web', 'site');
  assert.deepEqual(await shown('container', 'rename', 'site'), cliRoot);
  await cli.docker('rm', '-f', 'site');
  assert.deepEqual(await shown('container', 'destroy', 'site'), cliRoot);
  await cli.docker('volume', 'rm', 'data');
  assert.deepEqual(await shown('volume', 'destroy', 'data'), cliRoot);
});

test('what the dashboard does is in docker ps and docker events, and shown as nobody’s CLI', LONG, async () => {
  const config = { image: 'base:1', command: ['sleep', '600'] };
  const { id } = await api.trpc.containers.run.mutate({ name: 'made-here', config });
  assert.equal(await cli.docker('ps', '--no-trunc', '-q', '--filter', 'name=made-here'), id);
  assert.deepEqual(await shown('container', 'start', 'made-here'), ['anna', 'ui']);
  await cli.linesUntil(`start ${id}`, ['events', '--since', '5m', '--format', '{{.Action}} {{.Actor.ID}}']);
  await cli.docker('rm', '-f', 'made-here');
});
