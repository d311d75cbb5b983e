import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isEngineError } from '../errors/index.ts';
import { newContainerId } from '../lib/index.ts';
import type { ProcessConfig } from '../oci/index.ts';
import { containerConfig } from '../testing/container-config.ts';
import { cleanTarget, hostnameOf, mergeConfig, mergeEnv, toProcess } from './config-merge.ts';
import type { HealthCheck } from './container-service.ts';

const IMAGE: ProcessConfig = {
  Entrypoint: ['/entry'],
  Cmd: ['serve'],
  Env: ['PATH=/bin', 'A=image', 'B=image'],
  WorkingDir: '/srv',
  User: 'app',
  StopSignal: 'SIGQUIT',
  Labels: { a: 'image', b: 'image' },
  ExposedPorts: { '80/tcp': {} },
  Volumes: { '/data': {}, '/cache/': {} },
};

const id = newContainerId();
const argsOf = (change: Parameters<typeof containerConfig>[0], image: ProcessConfig = IMAGE) =>
  toProcess(mergeConfig(containerConfig(change), image), { id, hostname: 'h' }).args;

test('command and entrypoint fall back to the image as in Docker', () => {
  assert.deepEqual(argsOf({}), ['/entry', 'serve']);
  assert.deepEqual(argsOf({ command: ['other'] }), ['/entry', 'other']);
  assert.deepEqual(argsOf({ entrypoint: ['/mine'] }), ['/mine']);
  assert.deepEqual(argsOf({ entrypoint: ['/mine'], command: ['x'] }), ['/mine', 'x']);
  assert.deepEqual(argsOf({ entrypoint: [''], command: ['x'] }), ['x'], 'an emptied entrypoint');
  assert.deepEqual(argsOf({ command: ['x'] }, {}), ['x']);
});

test('without any command it is refused', () => {
  const refused = (error: unknown) =>
    isEngineError(error, 'invalid_argument') && error.message === 'no command specified';
  assert.throws(() => argsOf({}, {}), refused);
  assert.throws(() => argsOf({ entrypoint: [''] }), refused);
});

test('environment is joined by key, in place, and can be taken away', () => {
  assert.deepEqual(mergeEnv(['A=1', 'B=2'], ['B=3', 'C=4', 'A']), ['B=3', 'C=4']);
  assert.deepEqual(mergeEnv(['A=1', 'B=2'], ['A=x=y']), ['A=x=y', 'B=2']);
  const process = toProcess(mergeConfig(containerConfig({ env: ['A=own'], tty: true }), IMAGE), {
    id,
    hostname: 'web',
  });
  assert.deepEqual(process.env, ['PATH=/bin', 'HOSTNAME=web', 'TERM=xterm', 'A=own', 'B=image']);
});

test('the rest of the process comes from the image unless asked for', () => {
  const process = toProcess(mergeConfig(containerConfig(), IMAGE), { id, hostname: 'h' });
  assert.deepEqual(
    { cwd: process.cwd, user: process.user, signal: process.stopSignal, grace: process.stopTimeoutSeconds },
    { cwd: '/srv', user: 'app', signal: 3, grace: 10 },
  );
  const own = mergeConfig(
    containerConfig({ workingDir: '/w', user: '5', stopSignal: '9', stopTimeoutSeconds: 0, labels: { a: 'own' } }),
    IMAGE,
  );
  assert.deepEqual(own.labels, { a: 'own', b: 'image' });
  const asked = toProcess(own, { id, hostname: 'h' });
  assert.deepEqual([asked.cwd, asked.user, asked.stopSignal, asked.stopTimeoutSeconds], ['/w', '5', 9, 0]);
});

test("the image's volumes are added where nothing else is mounted", () => {
  const merged = mergeConfig(
    containerConfig({ mounts: [{ type: 'tmpfs', target: '/data/' }], exposedPorts: ['80', '53/udp'] }),
    IMAGE,
  );
  assert.deepEqual(merged.mounts, [
    { type: 'tmpfs', target: '/data/' },
    { type: 'volume', target: '/cache', readOnly: false },
  ]);
  assert.deepEqual(merged.exposedPorts, ['80/tcp', '53/udp']);
});

test('hostname and targets', () => {
  assert.equal(hostnameOf(containerConfig({ hostname: 'db' }), id), 'db');
  assert.equal(hostnameOf(containerConfig(), id), id.slice(0, 12));
  assert.equal(cleanTarget('//a/./b//'), '/a/b');
});

test("the image's health check holds unless another is given; its times fill the gaps", () => {
  const image = { Healthcheck: { Test: ['CMD-SHELL', 'a'], Interval: 5e9, Retries: 4 }, Shell: ['/bin/ash', '-c'] };
  const merged = (healthcheck?: HealthCheck) => mergeConfig(containerConfig({ healthcheck }), image).healthcheck;
  assert.deepEqual(
    [merged()?.test, merged()?.intervalMs, merged()?.retries, merged()?.shell],
    [['CMD-SHELL', 'a'], 5_000, 4, ['/bin/ash', '-c']],
  );
  const own = merged({ intervalMs: 7, retries: 0 });
  assert.deepEqual([own?.test, own?.intervalMs, own?.retries], [['CMD-SHELL', 'a'], 7, 4]);
  assert.deepEqual(merged({ test: ['NONE'] }), { test: ['NONE'] });
  assert.deepEqual(merged({ test: ['CMD', 'b'] }), { test: ['CMD', 'b'] });
});

test('the configuration keeps a variable that is to be taken away, and names its own first', () => {
  const merged = mergeConfig(containerConfig({ env: ['Foo', 'B', 'A=1', 'A=2'] }), IMAGE);
  assert.deepEqual(merged.env.slice(0, 4), ['Foo', 'B', 'A=1', 'A=2']);
  const { env } = toProcess(merged, { id: newContainerId(), hostname: 'web' });
  assert.deepEqual(
    env.filter((entry) => /^(?:Foo|A|B)\b/.test(entry)),
    ['A=2'],
  );
});
