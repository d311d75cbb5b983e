// testcontainers, as suites of other projects use it, against a running Davit.
import assert from 'node:assert/strict';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startSdkServer } from './server.ts';

const LONG = { timeout: 120_000 };

let server: Awaited<ReturnType<typeof startSdkServer>>;
let library: typeof import('testcontainers');
const owned = new AsyncDisposableStack();

before(async () => {
  server = owned.use(await startSdkServer());
  const home = owned.use(await mkdtempDisposable(join(tmpdir(), 'davit-sdk-')));
  // Its reaper is an image of a registry, which no test here reaches; the settings of who runs this are not ours.
  Object.assign(process.env, {
    DOCKER_HOST: `unix://${server.socketPath}`,
    DOCKER_CONFIG: home.path,
    HOME: home.path,
    TESTCONTAINERS_RYUK_DISABLED: 'true',
  });
  library = await import('testcontainers');
}, LONG);

after(() => owned.disposeAsync());

test('a container is ready when its port answers, and its page can be read', LONG, async () => {
  const { GenericContainer, Wait } = library;
  await using web = await new GenericContainer('base:1')
    .withExposedPorts(8080)
    .withCommand(['sh', '-c', 'sleep 0.5; httpd -f -p 8080 -h /www'])
    .withWaitStrategy(Wait.forListeningPorts())
    .start();
  const answer = await fetch(`http://${web.getHost()}:${web.getMappedPort(8080)}/`);
  assert.equal(await answer.text(), 'hello from a container\n');
});

test('a container is ready when its log says so, takes files and runs commands', LONG, async () => {
  const { GenericContainer, Wait } = library;
  await using store = await new GenericContainer('base:1')
    .withEnvironment({ GREETING: 'well met' })
    .withCopyContentToContainer([{ content: 'given', target: '/root/in.txt' }])
    .withTmpFs({ '/scratch': 'rw,noexec,size=65536k' })
    .withCommand(['sh', '-c', 'sleep 0.3; echo "ready: $GREETING"; while :; do sleep 0.1; done'])
    .withWaitStrategy(Wait.forLogMessage(/ready: well met/))
    .start();
  const { output, exitCode } = await store.exec(['sh', '-c', 'cat /root/in.txt; exit 4']);
  assert.deepEqual([output, exitCode], ['given', 4]);
  await store.restart();
  assert.equal((await store.exec(['true'])).exitCode, 0);
});

test('two containers meet on a network of their own, one by a health check', LONG, async () => {
  const { GenericContainer, Network, Wait } = library;
  await using network = await new Network().start();
  await using web = await new GenericContainer('base:1')
    .withNetwork(network)
    .withNetworkAliases('page')
    .withCommand(['httpd', '-f', '-p', '80', '-h', '/www'])
    .withHealthCheck({ test: ['CMD', 'wget', '-qO-', 'http://127.0.0.1/'], interval: 200, timeout: 5000, retries: 50 })
    .withWaitStrategy(Wait.forHealthCheck())
    .start();
  await using reader = await new GenericContainer('base:1').withNetwork(network).start();
  const { output } = await reader.exec(['wget', '-qO-', 'http://page/']);
  assert.equal(output, 'hello from a container\n');
  assert.notEqual(web.getId(), reader.getId());
});

test('what the library stops is gone', LONG, async () => {
  const left = await server.docker.listContainers({ all: true });
  assert.deepEqual(
    left.map(({ Names }) => Names),
    [],
  );
});
