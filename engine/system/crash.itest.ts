import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type CrashReport, OPERATIONS } from '../testing/crash-scenarios.ts';
import { createTestEngine, dropTestEngine, newTestPlace, type TestEnginePlace } from '../testing/test-engine.ts';

const WORKER = join(import.meta.dirname, '../testing/crash-process.ts');
/** More than any operation has writes. */
const MOST_WRITES = 30;
const MOMENTS = Array.from({ length: MOST_WRITES }, (_, at) => at + 1).flatMap(
  (at) =>
    [
      [at, 'before'],
      [at, 'after'],
    ] as const,
);

/** What may be there after a crash within the operation: nothing half-made. */
const ALLOWED: Record<(typeof OPERATIONS)[number], RegExp> = {
  create: /^(box created)?$/,
  start: /^box (created|running)$/,
  stop: /^box (running|exited)$/,
  remove: /^(box (running|exited))?$/,
  discard: /^(box created)?$/,
  // It stood still meanwhile, and nobody would let it go on.
  commit: /^box running$/,
  connect: /^box running$/,
  disconnect: /^box running$/,
  network: /^$/,
  // Paused for the copy, but never left so.
  clone: /^box running$/,
  restore: /^box running$/,
  load: /^$/,
  unload: /^$/,
};

for (const operation of OPERATIONS) {
  test(`${operation}: a server killed before or after any of its writes leaves nothing half-made`, {
    timeout: 280_000,
  }, async () => {
    const place = await newTestPlace();
    await using stack = new AsyncDisposableStack();
    stack.defer(async () => {
      const engine = await createTestEngine(place);
      await engine.start();
      await dropTestEngine(engine, place);
    });
    let crashes = 0;
    let moment: string | undefined;
    for (const [at, when] of MOMENTS) {
      // Each life first tells what the crash before has left.
      const { died, report } = await liveOnce(place, operation, at, when);
      if (moment !== undefined) check(report, moment);
      moment = died ? `${operation} killed ${when} write ${at}` : undefined;
      if (!died) break;
      crashes += 1;
    }
    assert.equal(moment, undefined, 'every moment was tried');
    assert.ok(crashes > 4, `${crashes} crashes`);
  });

  function check(report: CrashReport, moment: string): void {
    const about = `${moment}: ${JSON.stringify(report)}`;
    assert.deepEqual(report.findings, [], about);
    assert.match(report.containers.join(), ALLOWED[operation], about);
    assert.deepEqual(report.strays, [], about);
    for (const { on, asked } of report.networks) assert.deepEqual(on, asked, about);
    const anonymous = report.volumes.filter((name) => name === 'anonymous');
    assert.equal(anonymous.length, report.containers.length, about);
  }
}

test('a server killed at any time while three containers go round leaves nothing half-made', {
  timeout: 200_000,
}, async (t) => {
  const place = await newTestPlace();
  await using stack = new AsyncDisposableStack();
  stack.defer(async () => {
    const engine = await createTestEngine(place);
    await engine.start();
    await dropTestEngine(engine, place);
  });
  const seen: string[] = [];
  for (let at = 0; at < 8; at++) {
    const child = spawn(process.execPath, [WORKER, place.root, place.instance, 'churn'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    const [first] = await Promise.race([once(child.stdout, 'data'), exited]);
    const report: CrashReport = JSON.parse(String(first));
    const about = `kill ${at}: ${JSON.stringify(report)}`;
    assert.deepEqual([report.findings, report.strays], [[], []], about);
    assert.equal(report.volumes.length, report.containers.length, about);
    seen.push(...report.containers);
    await delay(randomInt(200, 1_500));
    child.kill('SIGKILL');
    await exited;
  }
  t.diagnostic(`found after the kills: ${seen.join(', ')}`);
});

async function liveOnce(
  { root, instance }: TestEnginePlace,
  operation: string,
  at: number,
  when: string,
): Promise<{ died: boolean; report: CrashReport }> {
  const args = [WORKER, root, instance, operation, String(at), when];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, errors, [code, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  assert.ok(signal === 'SIGKILL' || code === 0, `ended with ${code}: ${errors}`);
  return { died: signal === 'SIGKILL', report: JSON.parse(out) };
}
