import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import type { DiffChild } from './child.ts';
import { SpareChild } from './spare-child.ts';

function makeSpare() {
  const started: DiffChild[] = [];
  const spare = new SpareChild(() => {
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    const made: DiffChild = { process: child, words: '', kill: () => void child.kill('SIGKILL') };
    started.push(made);
    return made;
  });
  return { spare, started };
}

test('what was prepared is taken once, and one that ended meanwhile never', async () => {
  const { spare, started } = makeSpare();
  spare.prepare();
  spare.prepare();
  assert.equal(started.length, 1);
  const first = spare.take();
  assert.equal(first, started[0]);
  spare.prepare();
  const ended = started[1];
  assert.ok(ended);
  ended.kill();
  await once(ended.process, 'exit');
  const third = spare.take();
  assert.equal(third, started[2]);
  for (const child of [first, third]) {
    child.kill();
    await once(child.process, 'exit');
  }
});

test('an unused one ends by itself, and with the owner', async () => {
  const { spare, started } = makeSpare();
  spare.prepare();
  const [idle] = started;
  assert.ok(idle);
  await once(idle.process, 'exit');
  spare.prepare();
  spare[Symbol.dispose]();
  spare.prepare();
  assert.equal(started.length, 2);
  const last = started[1];
  assert.ok(last);
  if (last.process.exitCode === null && last.process.signalCode === null) await once(last.process, 'exit');
});
