// Every failpoint once as an error and every fourth one as a crash; `./davit test --faults` crashes at each, three times. Four
// files run it, so that they stand side by side.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { FAILPOINTS, type Failpoint } from '../lib/index.ts';
import {
  type CrashReport,
  OPERATIONS,
  type Operation,
  type OperationGroup,
  operationsOf,
} from '../testing/crash-scenarios.ts';
import type { FaultLife, FaultTrial } from '../testing/fault-process.ts';
import { createTestEngine, dropTestEngine, newTestPlace, type TestEnginePlace } from '../testing/test-engine.ts';

const WORKER = join(import.meta.dirname, '../testing/fault-process.ts');
/** 0: the short form. */
const ROUNDS = Number(process.env['DAVIT_FAULT_ROUNDS'] ?? 0);

/** The operation in whose course each point is reached, and what may be there when it was cut off. */
const REACHED: Record<Operation, { points: readonly string[]; left: RegExp }> = {
  create: {
    points: ['create.', 'snapshot.row', 'snapshot.folders', 'volume.row', 'volume.folders', 'volume.ready'],
    left: /^(box created)?$/,
  },
  start: { points: ['start.', 'runtime.', 'attach.'], left: /^box (created|running)$/ },
  stop: { points: ['stop.', 'exit.', 'detach.'], left: /^box (running|exited)$/ },
  remove: {
    points: [
      ...['remove.row', 'remove.root', 'remove.layer', 'remove.folders', 'remove.volumes', 'remove.gone'],
      ...['snapshot.removing', 'snapshot.erased', 'volume.removing', 'volume.unmounted', 'volume.erased'],
    ],
    left: /^(box (running|exited))?$/,
  },
  discard: { points: ['remove.network', 'remove.runtime', 'remove.memory'], left: /^(box created)?$/ },
  connect: { points: ['connect.'], left: /^box running$/ },
  rename: { points: ['rename.'], left: /^(box|crate) running$/ },
  disconnect: { points: ['disconnect.'], left: /^box running$/ },
  network: { points: ['network.'], left: /^$/ },
  clone: { points: ['volume.paused', 'volume.filled'], left: /^box running$/ },
  restore: {
    points: ['volume.begun', 'volume.laid', 'volume.paused', 'volume.filled', 'volume.finished'],
    left: /^box running$/,
  },
  commit: { points: ['commit.', 'layer.', 'image.config', 'image.saved'], left: /^box running$/ },
  load: { points: ['load.', 'layer.', 'image.config', 'image.saved'], left: /^$/ },
  update: { points: ['update.'], left: /^box running$/ },
  import: { points: ['layer.', 'image.config', 'image.saved'], left: /^$/ },
  tag: { points: ['image.tagged'], left: /^$/ },
  untag: { points: ['image.row-gone'], left: /^$/ },
  prune: {
    points: [
      ...['image.row-gone', 'image.layers-gone', 'snapshot.removing', 'snapshot.erased', 'volume.removing'],
      ...['volume.erased', 'network.removing', 'network.unlinked', 'network.gone'],
    ],
    left: /^$/,
  },
  unload: { points: ['image.row-gone', 'image.layers-gone', 'snapshot.removing', 'snapshot.erased'], left: /^$/ },
};

export function crashesAtFailpoints(group: OperationGroup): void {
  test('every failpoint belongs to an operation that is tried', () => {
    const tried = new Set(OPERATIONS.flatMap(pointsOf));
    assert.deepEqual(
      [...FAILPOINTS].filter((point) => !tried.has(point)),
      [],
    );
  });

  for (const operation of operationsOf(group)) {
    test(`${operation}: killed at each failpoint, the next server finds nothing half-made and the order succeeds`, {
      timeout: 280_000 * Math.max(1, ROUNDS),
    }, async (t) => {
      await using place = await newPlace();
      const points = pointsOf(operation);
      let cut: Failpoint | undefined;
      const tried = crashes(points);
      for (const point of [...tried, points[0]]) {
        if (point === undefined) break;
        const { life, died } = await dieAt(place, operation, point, cut !== undefined);
        if (cut !== undefined) check(life, REACHED[operation].left, cut);
        assert.ok(died, `${point} was not reached`);
        cut = point;
      }
      t.diagnostic(`${tried.length} crashes at ${new Set(tried).size} points, nothing left behind`);
    });
  }
}

export function errorsAtFailpoints(group: OperationGroup): void {
  for (const operation of operationsOf(group)) {
    test(`${operation}: an error of the disk at each failpoint is told, taken back, and the order succeeds`, {
      timeout: 280_000,
    }, async () => {
      await using place = await newPlace();
      const points = pointsOf(operation);
      const { output, code, errors } = await runWorker('fail', place, operation, points);
      assert.equal(code, 0, errors);
      const trials = output.map((line): FaultTrial => JSON.parse(line));
      assert.deepEqual(
        trials.map(({ point }) => point),
        points,
      );
      for (const trial of trials) {
        assert.equal(trial.missed, 0, `${trial.point} was not reached`);
        assert.deepEqual([trial.findings, trial.findingsAfter], [[], []], JSON.stringify(trial));
      }
    });
  }
}

function pointsOf(operation: Operation): Failpoint[] {
  return FAILPOINTS.filter((point) => REACHED[operation].points.some((start) => point.startsWith(start)));
}

/** In the order of the operation, round after round. */
function crashes(points: readonly Failpoint[]): Failpoint[] {
  if (ROUNDS === 0) return points.filter((_, at) => at % 4 === 0);
  return Array.from({ length: ROUNDS }, () => points).flat();
}

function check({ found, repeated }: FaultLife, left: RegExp, cut: Failpoint): void {
  const about = `killed at ${cut}: ${JSON.stringify(found)}`;
  assert.deepEqual([found.findings, repeated], [[], []], about);
  assert.match(found.containers.join(), left, about);
  assert.deepEqual(found.strays, [], about);
  for (const { on, asked } of found.networks) assert.deepEqual(on, asked, about);
  assert.equal(anonymousOf(found), found.containers.length, about);
}

function anonymousOf({ volumes }: CrashReport): number {
  return volumes.filter((name) => name === 'anonymous').length;
}

async function newPlace(): Promise<TestEnginePlace & AsyncDisposable> {
  const place = await newTestPlace();
  return {
    ...place,
    [Symbol.asyncDispose]: async () => {
      const engine = await createTestEngine(place);
      await engine.start();
      await dropTestEngine(engine, place);
    },
  };
}

async function dieAt(place: TestEnginePlace, operation: string, point: Failpoint, again: boolean) {
  const { output, signal, errors } = await runWorker(again ? 'again' : 'first', place, operation, [point]);
  assert.equal(output.length, 1, `the life before ${point} told nothing: ${errors}`);
  return { life: JSON.parse(output[0] ?? '') as FaultLife, died: signal === 'SIGKILL' };
}

async function runWorker(
  mode: string,
  { root, instance }: TestEnginePlace,
  operation: string,
  points: readonly Failpoint[],
) {
  const child = spawn(process.execPath, [WORKER, mode, root, instance, operation, ...points], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, errors, [code, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>,
  ]);
  return { output: out.split('\n').filter((line) => line !== ''), code, signal, errors };
}
