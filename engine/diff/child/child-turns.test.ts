import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { EngineError } from '../../errors/index.ts';
import { silentLogger } from '../../lib/index.ts';
import { ChildTurns } from './child-turns.ts';

const JOB = { task: 'testing', about: { root: '/x' } };

test('so many work at once, the others wait for their turn', async () => {
  await using turns = new ChildTurns({ log: silentLogger, concurrency: 2 });
  let now = 0;
  let most = 0;
  const work = () =>
    turns.run(JOB, async (_signal, take) => {
      using _turn = await take();
      now += 1;
      most = Math.max(most, now);
      await turn();
      now -= 1;
    });
  await Promise.all(Array.from({ length: 7 }, work));
  assert.deepEqual([now, most], [0, 2]);
});

test('a further signal ends the waiting, the end of the owner all work, which is waited for', async () => {
  const turns = new ChildTurns({ log: silentLogger, concurrency: 1 });
  const ended: string[] = [];
  const first = turns.run(JOB, async (signal, take) => {
    using _turn = await take();
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    await turn();
    ended.push('first');
  });
  const broken = new AbortController();
  const second = turns.run(JOB, (_signal, take) => take(broken.signal));
  broken.abort();
  await assert.rejects(second, { code: 'cancelled' });
  await turns[Symbol.asyncDispose]();
  assert.deepEqual(ended, ['first']);
  await first;
});

test('what nobody foresaw is logged with what it was done to, a refusal is not', async () => {
  const lines: unknown[] = [];
  const log = { ...silentLogger, error: (fields: object, words: string) => void lines.push([words, fields]) };
  await using turns = new ChildTurns({ log });
  for (const code of ['internal', 'not_found'] as const) {
    const failing = turns.run(JOB, async () => Promise.reject(new EngineError(code, 'no')));
    await assert.rejects(failing, { code });
  }
  assert.equal(lines.length, 1);
  assert.match(JSON.stringify(lines[0]), /testing failed unexpectedly.*"root":"\/x"/);
});
