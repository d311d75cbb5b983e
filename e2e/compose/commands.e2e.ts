// The commands of Compose that look at a project and handle parts of it, with each Compose of this host.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { claimPool } from '../address-pool.ts';
import { linesOf, startDockerCli, withoutDocker } from '../docker-cli/client.ts';
import { freePort } from '../free-port.ts';
import { findCompose, runCompose } from './client.ts';

const programs = withoutDocker === undefined ? findCompose() : [];
const skip = withoutDocker ?? (programs.length === 0 ? 'there is no Compose on this host' : undefined);
// The old one takes a second for each command, and more on a busy machine.
const LONG = { timeout: 300_000, skip };

let cli: Awaited<ReturnType<typeof startDockerCli>>;

before(
  async () => {
    if (skip === undefined) cli = await startDockerCli();
  },
  { timeout: 180_000 },
);

after(() => cli?.[Symbol.asyncDispose]());

if (skip !== undefined) test('commands of Compose', LONG, () => undefined);

for (const program of programs) {
  test(`commands of Compose ${program.version}`, LONG, async () => {
    using pool = claimPool();
    const port = await freePort();
    const project = `parts${program.old ? 'old' : ''}`;
    const env = {
      DOCKER_HOST: `unix://${cli.davit.runRoot}/docker.sock`,
      DOCKER_CONFIG: cli.folder,
      COMPOSE_PROJECT_NAME: project,
      COMPOSE_FILE: join(import.meta.dirname, 'commands/compose.yml'),
      SUBNET: pool.subnet,
      MAIN_PORT: String(port),
    };
    const compose = (...args: string[]) => runCompose(program, env, ...args);
    const { docker } = cli;
    const inspect = async (format: string, service: string) => {
      const label = `label=com.docker.compose.service=${service}`;
      const ids = linesOf(
        await docker('ps', '-aq', '--filter', label, '--filter', 'label=com.docker.compose.oneoff=False'),
      );
      return ids.length === 0 ? '' : docker('inspect', '-f', format, ...ids);
    };
    const state = (service: string) => inspect('{{.State.Status}}', service);
    const untilState = async (service: string, wanted: string) => {
      const deadline = Date.now() + 30_000;
      while ((await state(service)) !== wanted) {
        if (Date.now() > deadline) throw new Error(`${service} is ${await state(service)}, not ${wanted}`);
        await delay(100);
      }
    };
    // There is no builder yet: what it would have made.
    await docker('tag', 'base:1', program.old ? `${project}_own` : `${project}-own`);

    await compose('up', '--no-start', '--no-build');
    assert.equal(await state('main'), 'created');
    assert.equal(await state('tool'), '', 'a profile nobody asked for');
    await compose('up', '-d', '--no-build');
    await untilState('once', 'exited');
    assert.equal(await inspect('{{.State.ExitCode}}', 'once'), '3');
    assert.match(await compose('logs', '--no-color', '--tail', '1', 'once'), /last/);
    assert.doesNotMatch(await compose('logs', '--no-color', '--tail', '1', 'once'), /first/);
    await compose('--profile', 'tools', 'up', '-d', '--no-build', 'tool');
    assert.equal(await state('tool'), 'running');

    assert.match(await compose('top', 'main'), /main is up/);
    assert.equal(await compose('port', 'main', '8080'), `127.0.0.1:${port}`);
    assert.match(await compose('images'), /base +1 /);
    await compose('pause', 'main');
    assert.equal(await state('main'), 'paused');
    await compose('unpause', 'main');
    await compose('kill', '-s', 'KILL', 'main');
    await untilState('main', 'exited');
    assert.equal(await inspect('{{.State.ExitCode}}', 'main'), '137');
    await compose('start', 'main');
    await compose('stop', '-t', '5', 'main');
    assert.equal(await inspect('{{.State.Status}} {{.State.ExitCode}}', 'main'), 'exited 0');
    await compose('rm', '-sf', 'main');
    assert.equal(await state('main'), '');
    await compose('up', '-d', '--no-build', 'main');
    await assert.rejects(compose('exec', '-T', 'main', 'sh', '-c', 'exit 6'), { code: 6 });
    if (!program.old) await newCommands(compose, cli.folder);

    await compose('--profile', 'tools', 'down', '-v', '--rmi', 'local', '--remove-orphans');
    assert.equal(await docker('ps', '-aq'), '');
    assert.equal(await docker('volume', 'ls', '-q'), '');
    assert.equal(await docker('images', '-q', '--filter', `reference=${project}*`), '', 'the image of its own');
    assert.notEqual(await docker('images', '-q', 'base:1'), '');
  });
}

/** What Compose can do since it is written in Go. */
async function newCommands(compose: (...args: string[]) => Promise<string>, folder: string): Promise<void> {
  const rows = linesOf(await compose('ps', '-a', '--format', 'json')).map(
    (line) => JSON.parse(line) as { Service: string; State: string; ExitCode: number },
  );
  const found = rows.map(({ Service, State, ExitCode }) => `${Service} ${State} ${ExitCode}`).toSorted();
  assert.deepEqual(found, ['main running 0', 'once exited 3', 'own running 0', 'tool running 0']);
  await writeFile(join(folder, 'in'), 'carried');
  await compose('cp', join(folder, 'in'), 'main:/tmp/there');
  await compose('cp', 'main:/tmp/there', join(folder, 'out'));
  assert.equal(await readFile(join(folder, 'out'), 'utf8'), 'carried');
  // It takes the end of the events for a fault of its own, with any server.
  const told = await compose('events', '--since', '5m', '--until', '0s').catch(
    ({ stdout }: { stdout: string }) => stdout,
  );
  assert.match(told, /container start .*name=parts-main-1/);
  assert.match(await compose('ls', '--format', 'json'), /"Name":"parts","Status":"(?:exited\(1\), )?running\(3\)/);
  const waiting = assert.rejects(compose('wait', 'own'), { code: 137 });
  await compose('kill', 'own');
  await waiting;
}
