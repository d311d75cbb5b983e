import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineError } from '#engine/errors/index.ts';
import type { StatsSample } from '#engine/stats/index.ts';
import type { Environment } from '../../environments/index.ts';
import type { LiveSample } from '../../metrics/index.ts';
import { watchSamples } from './watch-samples.ts';

const sample = (cpuNs: number): StatsSample => ({ cpuNs }) as StatsSample;

/** An environment whose sampler says what the test gives it. */
function fakeEnvironment() {
  let listener: ((live: LiveSample) => void) | undefined;
  const state = { status: 'running', watchers: 0 };
  const environment = {
    containers: {
      inspect: async () => {
        if (state.status === 'gone') throw new EngineError('not_found', 'No such container: c1');
        return { state: { status: state.status } };
      },
      stats: async () => sample(99),
    },
    metrics: {
      watch(_key: string, _opts: object, hear: (live: LiveSample) => void) {
        listener = hear;
        state.watchers += 1;
        return { [Symbol.dispose]: () => void state.watchers-- };
      },
    },
  } as unknown as Environment;
  const give = (cpuNs: number) => listener?.({ key: 'c1', at: 0, values: [], sample: sample(cpuNs) });
  return { environment, state, give };
}

test('a running container is told by the shared sampler, and the watch ends with the reader', async () => {
  const { environment, state, give } = fakeEnvironment();
  const samples = watchSamples(environment, 'c1', new AbortController().signal);
  const first = samples.next();
  give(1);
  assert.equal((await first).value?.cpuNs, 1);
  const second = samples.next();
  give(2);
  assert.equal((await second).value?.cpuNs, 2);
  assert.equal(state.watchers, 1);
  await samples.return(undefined);
  assert.equal(state.watchers, 0);
});

test('a sampler that says nothing of a running container is not waited for', async () => {
  const { environment } = fakeEnvironment();
  const samples = watchSamples(environment, 'c1', new AbortController().signal);
  assert.equal((await samples.next()).value?.cpuNs, 99);
  await samples.return(undefined);
});

test('one that does not run is told as such at once, and its removal ends the stream', async () => {
  const { environment, state } = fakeEnvironment();
  state.status = 'exited';
  const samples = watchSamples(environment, 'c1', new AbortController().signal);
  assert.deepEqual(await samples.next(), { value: undefined, done: false });
  state.status = 'gone';
  assert.equal((await samples.next()).done, true);
  assert.equal(state.watchers, 0);
});

test('a client that leaves ends the watch', async () => {
  const { environment, state } = fakeEnvironment();
  const controller = new AbortController();
  const samples = watchSamples(environment, 'c1', controller.signal);
  const next = samples.next();
  controller.abort();
  assert.equal((await next).done, true);
  assert.equal(state.watchers, 0);
});
