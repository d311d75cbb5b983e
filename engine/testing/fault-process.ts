import { setTimeout as delay } from 'node:timers/promises';
import { EngineError } from '../errors/index.ts';
import { armFailpoints, FAILPOINTS, type Failpoint } from '../lib/index.ts';
import type { Engine } from '../system/engine.ts';
import { type CrashReport, OPERATIONS, type Operation, prepare, report, run } from './crash-scenarios.ts';
import { createTestEngine, type TestEnginePlace } from './test-engine.ts';
import { waitUntil } from './wait-until.ts';

/** What one life of `fault-process` tells; a life that ends at its failpoint tells nothing after `found`. */
export interface FaultLife {
  /** Right after its start. */
  found: CrashReport;
  /** Findings after the order that the crash before had cut off was given once more. */
  repeated: string[];
}

export interface FaultTrial {
  point: Failpoint;
  /** What the caller was told; undefined when the operation succeeded all the same. */
  told: { code: string; message: string } | undefined;
  /** How often the failpoint was not reached. */
  missed: number;
  findings: string[];
  /** The same order once more, with nothing in its way. */
  findingsAfter: string[];
}

/** The effect of an order that a crash cut off may be there already, or be gone already. */
const DONE = ['already_exists', 'not_found', 'conflict', 'in_use'];

async function die(place: TestEnginePlace, operation: Operation, point: Failpoint, again: boolean): Promise<void> {
  const engine = await createTestEngine(place);
  const { actions } = await engine.start();
  const found = await report(engine, place.root, actions);
  try {
    if (again) await run(engine, operation, place.root);
  } catch (error) {
    if (!(error instanceof EngineError && DONE.includes(error.code))) throw error;
  }
  tell({ found, repeated: await engine.verify({ deep: true }) } satisfies FaultLife);
  await prepare(engine, operation, place.root);
  const armed = armFailpoints(`${point}=1*exit`);
  await run(engine, operation, place.root);
  // What happens by itself after the order, as the end of a process does.
  await waitUntil(`${point} is reached`, () => armed.get(point)?.left === 0, 30_000);
}

/** Each point fails once with an error of the disk; the engine goes on. */
async function fail(place: TestEnginePlace, operation: Operation, points: readonly Failpoint[]) {
  const engine = await createTestEngine(place, { repairMs: 500 });
  await engine.start();
  for (const point of points) {
    await prepare(engine, operation, place.root);
    const armed = armFailpoints(`${point}=1*error(EIO)`);
    const told = await attempt(engine, operation, place.root);
    const missed = armed.get(point)?.left ?? 0;
    armFailpoints('');
    const findings = await settled(engine);
    const again = await attempt(engine, operation, place.root);
    const refused = again !== undefined && !DONE.includes(again.code) ? [`again: ${again.code} ${again.message}`] : [];
    const findingsAfter = [...refused, ...(await settled(engine))];
    tell({ point, told, missed, findings, findingsAfter } satisfies FaultTrial);
  }
  await engine[Symbol.asyncDispose]();
}

async function attempt(engine: Engine, operation: Operation, root: string): Promise<FaultTrial['told']> {
  try {
    await run(engine, operation, root);
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const code = 'code' in error ? String(error.code) : error.name;
    return { code, message: error.message };
  }
}

/** Findings that stay: what an operation leaves to the background is given some seconds. */
async function settled(engine: Engine): Promise<string[]> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const findings = await engine.verify({ deep: true });
    if (findings.length === 0 || Date.now() > deadline) return findings;
    await delay(200);
  }
}

function tell(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

const [mode, root, instance, name, ...rest] = process.argv.slice(2);
const operation = OPERATIONS.find((known) => known === name);
const points = FAILPOINTS.filter((point) => rest.includes(point));
const [first] = points;
if (root === undefined || instance === undefined || operation === undefined || first === undefined) {
  throw new Error('usage: fault-process first|again|fail ROOT INSTANCE OPERATION FAILPOINT…');
}
if (mode === 'fail') await fail({ root, instance }, operation, points);
else await die({ root, instance }, operation, first, mode === 'again');
