import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import type { DiffChild } from './child.ts';
import { SpareChild } from './spare-child.ts';

function startSleeper(): DiffChild {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  return { process: child, words: '', kill: () => void child.kill('SIGKILL') };
}

async function ended({ process: child }: DiffChild): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

test('what was kept is taken once, and one that ended meanwhile never', async () => {
  using spare = new SpareChild();
  const [first, second] = [startSleeper(), startSleeper()];
  spare.keep(first);
  assert.equal(spare.take(), first);
  assert.equal(spare.take(), undefined);
  spare.keep(second);
  second.kill();
  await ended(second);
  assert.equal(spare.take(), undefined);
  spare.keep(second);
  assert.equal(spare.take(), undefined);
  first.kill();
  await ended(first);
});

test('there is one at most, which ends by itself, and with the owner', async () => {
  const spare = new SpareChild();
  const [idle, more, last, late] = [startSleeper(), startSleeper(), startSleeper(), startSleeper()];
  spare.keep(idle);
  spare.keep(more);
  await ended(more);
  assert.equal(idle.process.signalCode, null);
  await ended(idle);
  spare.keep(last);
  spare[Symbol.dispose]();
  await ended(last);
  spare.keep(late);
  await ended(late);
  assert.equal(spare.take(), undefined);
});
