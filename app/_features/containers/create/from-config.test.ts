import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createContainerInput } from '#server/trpc/containers/containers.schema.ts';
import type { ContainerDetail } from '../../../_lib/trpc.ts';
import { checkForm } from './check-form.ts';
import { fromConfig } from './from-config.ts';
import { FULL } from './full-config.ts';
import { plainConfig } from './plain-config.ts';
import { toInput } from './to-input.ts';

type Config = ContainerDetail['config'];

/** As it arrives in the engine: the schema fills in what was left out, undefined counts for nothing. */
function again(config: Config): object {
  const form = fromConfig(config);
  assert.deepEqual(checkForm(form), {});
  return plain(createContainerInput.parse(toInput(form)).config);
}

const plain = (value: object): object => JSON.parse(JSON.stringify(value));

test('a container made from the form of another is asked for with every field as it was', () => {
  assert.deepEqual(again(FULL), plain(FULL));
});

for (const [what, change] of [
  ['nothing special', {}],
  ['another container its network', { network: 'container:db' }],
  ['no network', { network: 'none' }],
  ['no health check', { healthcheck: { test: ['NONE'] } }],
  ['a health check in a shell', { healthcheck: { test: ['CMD-SHELL', 'curl -f http://localhost/ || exit 1'] } }],
  ['times of the health check alone', { healthcheck: { intervalMs: 10_000 } }],
  ['a quota instead of CPUs', { resources: { cpuPeriod: 100_000, cpuQuota: 50_000 } }],
  ['a command with line ends', { command: ['sh', '-c', 'a\nb'] }],
] satisfies [string, Partial<Config>][]) {
  test(`the same with ${what}`, () => {
    const config = plainConfig(change);
    assert.deepEqual(again(config), plain(config));
  });
}

test('what Docker fills in is not asked for again', () => {
  const memoryBytes = 64 * 1024 ** 2;
  const form = fromConfig(
    plainConfig({
      exposedPorts: ['80/tcp'],
      ports: [{ protocol: 'tcp', containerPort: 80, hostAddress: '', hostPort: 8080 }],
      resources: { memoryBytes, memorySwapBytes: memoryBytes * 2 },
      networks: [{ network: 'bridge' }],
    }),
  );
  assert.deepEqual([form.expose, form.memorySwap, form.moreNetworks], ['', '', '']);
});
