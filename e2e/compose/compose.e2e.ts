// A project as people write it, brought up, changed and taken down by each Compose of this host.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { claimPool } from '../address-pool.ts';
import { linesOf, startDockerCli, withoutDocker } from '../docker-cli/client.ts';
import { freePort } from '../free-port.ts';
import { findCompose, runCompose } from './client.ts';

const programs = withoutDocker === undefined ? findCompose() : [];
const skip = withoutDocker ?? (programs.length === 0 ? 'there is no Compose on this host' : undefined);
const LONG = { timeout: 180_000, skip };

let cli: Awaited<ReturnType<typeof startDockerCli>>;

before(
  async () => {
    if (skip === undefined) cli = await startDockerCli();
  },
  { timeout: 180_000 },
);

after(() => cli?.[Symbol.asyncDispose]());

if (skip !== undefined) test('a project of Compose', LONG, () => undefined);

for (const program of programs) {
  test(`a project of Compose ${program.version}`, LONG, async () => {
    using pool = claimPool();
    const prefix = pool.subnet.replace(/\.0\/24$/, '');
    const port = await freePort();
    const env = {
      DOCKER_HOST: `unix://${cli.davit.runRoot}/docker.sock`,
      DOCKER_CONFIG: cli.folder,
      COMPOSE_PROJECT_NAME: `shop${program.old ? 'old' : ''}`,
      SUBNET_PREFIX: prefix,
      WEB_PORT: String(port),
      GREETING: 'hello',
    };
    const compose = (...args: string[]) => runCompose(program, env, ...args);
    const inspect = (format: string, ...ids: string[]) => cli.docker('inspect', '-f', format, ...ids);
    // By the labels Compose put on them: asking the old one takes a second each time.
    const idsOf = async (service: string) =>
      linesOf(await cli.docker('ps', '-q', '--no-trunc', '--filter', `label=com.docker.compose.service=${service}`));
    const idOf = async (service: string) => (await idsOf(service)).join();
    const running = async () => {
      const ids = await Promise.all(['store', 'web', 'worker'].map(idsOf));
      return inspect('{{.Id}} {{.State.StartedAt}}', ...ids.flat());
    };

    await compose('up', '-d');
    // Its dependants started only when it was healthy, and not before.
    assert.equal(await inspect('{{.State.Health.Status}}', await idOf('store')), 'healthy');
    await waitForLog(() => compose('logs', '--no-color'), /^seed.*\| +3$/m, /^worker.*\| +worker is up$/m);

    assert.equal(await pageAt(`http://127.0.0.1:${port}/`), 'a shop\n');
    assert.equal(await compose('port', 'web', '8080'), `127.0.0.1:${port}`);
    assert.equal(await compose('exec', '-T', 'worker', 'wget', '-qO-', 'http://www:8080/'), 'a shop');
    const address = `{{range $name, $net := .NetworkSettings.Networks}}{{$net.IPAddress}}{{end}}`;
    assert.equal(await inspect(address, await idOf('store')), `${prefix}.50`);
    const look = [
      'echo $GREETING $COLOUR $QUOTED; ulimit -n; touch /scratch/x && echo wrote',
      'touch /site/x 2>&1; wget -qO- http://database:1/ 2>&1; cat /etc/page.conf 2>&1; true',
    ];
    const [words, files, wrote, site, database, page] = linesOf(
      await compose('exec', '-T', 'web', 'sh', '-c', look.join('; ')),
    );
    assert.deepEqual([words, files, wrote], ['hello green two words', '512', 'wrote']);
    assert.match(site ?? '', /Read-only file system/);
    assert.match(database ?? '', /refused/);
    // Compose in Python leaves configs to swarms.
    assert.match(page ?? '', program.old ? /No such file/ : /^title=shop$/);
    await assert.rejects(compose('exec', '-T', 'worker', 'wget', '-qO-', 'http://database:1/'), /bad address/);
    assert.equal(await compose('exec', '-T', 'store', 'cat', '/run/secrets/password'), 'not a real secret');
    const kept = '{{.HostConfig.RestartPolicy.Name}} {{index .Config.Labels "shop.part"}}';
    assert.equal(await inspect(kept, await idOf('store')), 'unless-stopped store');

    assert.equal(await compose('ps', '-q', 'web'), await idOf('web'));

    const first = await running();
    await compose('up', '-d');
    assert.equal(await running(), first, 'a second up changes nothing');

    const [store, web] = [await idOf('store'), await idOf('web')];
    await compose('up', '-d', '--scale', 'worker=3');
    assert.equal((await idsOf('worker')).length, 3);
    env.GREETING = 'changed';
    await compose('up', '-d');
    assert.equal((await idsOf('worker')).length, 1);
    assert.equal(await idOf('store'), store);
    assert.notEqual(await idOf('web'), web);
    assert.equal(await compose('exec', '-T', 'web', 'sh', '-c', 'echo $GREETING'), 'changed');

    const started = await inspect('{{.State.StartedAt}}', await idOf('worker'));
    await compose('restart', 'worker');
    assert.notEqual(await inspect('{{.State.StartedAt}}', await idOf('worker')), started);

    // The old one links it to the worker that runs.
    assert.equal(await compose('run', '--rm', '--no-deps', '-T', 'worker', 'echo', 'once'), 'once');

    await compose('down', '-v');
    assert.equal(await cli.docker('ps', '-aq'), '');
    assert.equal(await cli.docker('network', 'ls', '-q', '--filter', 'type=custom'), '');
    assert.equal(await cli.docker('volume', 'ls', '-q'), '');
  });
}

async function waitForLog(logs: () => Promise<string>, ...lines: RegExp[]): Promise<void> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const text = await logs();
    if (lines.every((line) => line.test(text))) return;
    if (Date.now() > deadline) throw new Error(`not all of ${lines.join(' ')} in:\n${text}`);
    await delay(100);
  }
}

/** The program in the container may not listen yet when the container has started. */
async function pageAt(url: string): Promise<string> {
  for (let tries = 100; ; tries -= 1) {
    // Refused or reset until then: that is what the loop waits for.
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return await answer.text();
    if (tries === 0) throw new Error(`no page at ${url}`);
    await delay(100);
  }
}
