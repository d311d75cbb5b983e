// Every write of every operation is once the last one; `./davit test --faults` stops before and after each. Two files run it,
// so that they stand side by side.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { type CrashReport, type Operation, type OperationGroup, operationsOf } from '../testing/crash-scenarios.ts';
import { createTestEngine, dropTestEngine, newTestPlace, type TestEnginePlace } from '../testing/test-engine.ts';

/** `./davit test --faults` sets it. */
const EVERY_MOMENT = process.env['DAVIT_FAULT_ROUNDS'] !== undefined;
const WORKER = join(import.meta.dirname, '../testing/crash-process.ts');
/** More than any operation has writes. */
const MOST_WRITES = 30;
const WRITES = Array.from({ length: MOST_WRITES }, (_, at) => at + 1);
/** The short form takes both moments in turns; what lies between two writes has failpoints of its own. */
const MOMENTS = WRITES.flatMap((at) => momentsOf(at).map((when) => [at, when] as const));

const LEAST_CRASHES = EVERY_MOMENT ? 5 : 3;

/** What may be there after a crash within the operation: nothing half-made. Those of a write or two have failpoints only. */
const ALLOWED: Partial<Record<Operation, RegExp>> = {
  create: /^(box created)?$/,
  start: /^box (created|running)$/,
  stop: /^box (running|exited)$/,
  remove: /^(box (running|exited))?$/,
  discard: /^(box created)?$/,
  // It stood still meanwhile, and nobody would let it go on.
  commit: /^box running$/,
  connect: /^box running$/,
  disconnect: /^box running$/,
  rename: /^(box|crate) running$/,
  network: /^$/,
  // Paused for the copy, but never left so.
  clone: /^box running$/,
  restore: /^box running$/,
  load: /^$/,
  unload: /^$/,
};

export function crashesAtWrites(group: OperationGroup): void {
  for (const operation of operationsOf(group).filter((name) => ALLOWED[name] !== undefined)) {
    test(`${operation}: a server killed before or after any of its writes leaves nothing half-made`, {
      // Some twenty servers one after the other, on machines that do other work too.
      timeout: 600_000,
    }, async (t) => {
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
        if (moment !== undefined) check(operation, report, moment);
        moment = died ? `${operation} killed ${when} write ${at}` : undefined;
        if (!died) break;
        crashes += 1;
      }
      assert.equal(moment, undefined, 'every moment was tried');
      assert.ok(crashes >= LEAST_CRASHES, `${crashes} crashes`);
      t.diagnostic(`${crashes} crashes`);
    });
  }
}

function check(operation: Operation, report: CrashReport, moment: string): void {
  const about = `${moment}: ${JSON.stringify(report)}`;
  assert.deepEqual(report.findings, [], about);
  assert.match(report.containers.join(), ALLOWED[operation] ?? /^$/, about);
  assert.deepEqual(report.strays, [], about);
  for (const { on, asked } of report.networks) assert.deepEqual(on, asked, about);
  const anonymous = report.volumes.filter((name) => name === 'anonymous');
  assert.equal(anonymous.length, report.containers.length, about);
}

function momentsOf(write: number): ('before' | 'after')[] {
  if (EVERY_MOMENT) return ['before', 'after'];
  return [write % 2 === 1 ? 'before' : 'after'];
}

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
