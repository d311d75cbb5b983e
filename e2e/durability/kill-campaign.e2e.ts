// kill -9 at random moments while containers come and go, and while an image is loaded: what was acknowledged stays so,
// nothing is left half-made. `./davit test --faults` does it a hundred times each.
import assert from 'node:assert/strict';
import { randomBytes, randomInt } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { busyboxRootfs } from '#engine/testing/busybox-rootfs.ts';
import { archiveOf, dockerFiles, layerOf } from '#engine/testing/image-archives.ts';
import { type DavitProcess, startDavit, untilStarted } from '../davit-process.ts';
import { findTraces } from '../kernel-traces.ts';
import { type Ask, askSocket, RefusedRequest } from '../socket-client.ts';
import { untilVerified } from '../verify.ts';

const ROUNDS = Number(process.env['DAVIT_KILL_ROUNDS'] ?? 5);
const AT_ONCE = 20;
const TIMEOUT_MS = 120_000 + ROUNDS * 60_000;

/** What its client was told last; `asked` was sent and not answered. */
type Told = { id: string; state: 'there' | 'asked' | 'gone' } | undefined;

test(`killed during ${AT_ONCE} runs at once`, { timeout: TIMEOUT_MS }, async (t) => {
  await using server = await startServer();
  const ledger: Told[] = Array.from({ length: AT_ONCE });
  const complaints: string[] = [];
  const downMs: number[] = [];
  const answers = { count: 0, lives: 0 };
  for (let round = 1; round <= ROUNDS; round += 1) {
    const runs = ledger.map(async (_, at) => {
      for (;;) await liveOnce(server.ask, ledger, at, answers);
    });
    let killed = false;
    const giveUp = (error: unknown): void => {
      if (!killed || !isCut(error)) complaints.push(String(error));
    };
    const ended = Promise.all(runs.map((run) => run.catch(giveUp)));
    // Counted, as a busy machine answers nothing within any time.
    const enough = answers.count + randomInt(1, 4 * AT_ONCE);
    while (answers.count < enough && complaints.length === 0) await delay(randomInt(5, 50));
    killed = true;
    downMs.push(await crash(server.davit));
    await ended;
    assert.deepEqual(complaints, [], `round ${round}`);
    await checkLedger(server.ask, ledger, round);
    await checkHost(server.davit, round);
  }
  for (const id of await idsOf(server.ask)) await server.ask('DELETE', `/containers/${id}?force=1`);
  assert.ok(answers.count > ROUNDS, 'nothing was going on');
  summarise(t, `${answers.count} answers, ${answers.lives} whole lives of containers`, downMs);
});

test('killed while an image is loaded', { timeout: TIMEOUT_MS }, async (t) => {
  await using server = await startServer();
  const before = await findTraces(traced(server.davit));
  const archive = noisyImage();
  const downMs: number[] = [];
  let cut = 0;
  for (let round = 1; round <= ROUNDS; round += 1) {
    const loading = load(server.ask, archive).catch((error: unknown) => {
      cut += 1;
      assert.ok(isCut(error), `round ${round}: ${String(error)}`);
    });
    await delay(randomInt(20, 700));
    downMs.push(await crash(server.davit));
    await loading;
    await checkHost(server.davit, round);
    await load(server.ask, archive);
    await server.ask('DELETE', '/images/noise:1');
    assert.deepEqual(await findTraces(traced(server.davit)), before, `round ${round}: bytes of nobody`);
  }
  assert.ok(cut > 0, 'every load was over before the kill');
  summarise(t, `${cut} loads cut off`, downMs);
});

async function startServer() {
  await using stack = new AsyncDisposableStack();
  const davit = stack.use(await startDavit());
  const ask = askSocket(`${davit.runRoot}/docker.sock`);
  await ask('POST', '/images/create?fromSrc=-&repo=base&tag=1', await busyboxRootfs());
  const owned = stack.move();
  return { davit, ask, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Under a name of its own: create, start, wait, remove. Rejects when the server goes. */
async function liveOnce(
  ask: Ask,
  ledger: Told[],
  at: number,
  answers: { count: number; lives: number },
): Promise<void> {
  const name = `run-${at}`;
  const before = ledger[at];
  if (before?.state !== 'gone') {
    // Noted first: the server may be killed after the removal and before its answer.
    if (before !== undefined) ledger[at] = { ...before, state: 'asked' };
    await removeIfThere(ask, name);
  }
  ledger[at] = undefined;
  const created = await ask('POST', `/containers/create?name=${name}`, { Image: 'base:1', Cmd: ['true'] });
  const { Id: id } = JSON.parse(created) as { Id: string };
  ledger[at] = { id, state: 'there' };
  answers.count += 1;
  await ask('POST', `/containers/${id}/start`);
  answers.count += 1;
  await ask('POST', `/containers/${id}/wait`);
  answers.count += 1;
  ledger[at] = { id, state: 'asked' };
  await ask('DELETE', `/containers/${id}`);
  ledger[at] = { id, state: 'gone' };
  answers.count += 1;
  answers.lives += 1;
}

/** One whose creation was cut off may have been kept or taken back. */
async function removeIfThere(ask: Ask, name: string): Promise<void> {
  try {
    await ask('DELETE', `/containers/${name}?force=1`);
  } catch (error) {
    if (!(error instanceof RefusedRequest && error.status === 404)) throw error;
  }
}

/** Milliseconds until the server works again. */
async function crash(davit: DavitProcess): Promise<number> {
  await davit.kill();
  const at = performance.now();
  await davit.start();
  await untilStarted(davit);
  return performance.now() - at;
}

async function idsOf(ask: Ask): Promise<string[]> {
  const rows = JSON.parse(await ask('GET', '/containers/json?all=1')) as { Id: string }[];
  return rows.map(({ Id }) => Id);
}

async function checkLedger(ask: Ask, ledger: readonly Told[], round: number): Promise<void> {
  const there = new Set(await idsOf(ask));
  for (const [at, told] of ledger.entries()) {
    if (told?.state === 'there') assert.ok(there.has(told.id), `round ${round}: run-${at} is lost`);
    if (told?.state === 'gone') assert.ok(!there.has(told.id), `round ${round}: run-${at} is back`);
  }
}

async function checkHost(davit: DavitProcess, round: number): Promise<void> {
  await untilVerified(davit).catch((error: unknown) => {
    throw new Error(`round ${round}`, { cause: error });
  });
}

/** The connection went with the server, or was refused. */
function isCut(error: unknown): boolean {
  return !(error instanceof RefusedRequest) && error instanceof Error && 'code' in error;
}

async function load(ask: Ask, archive: Buffer): Promise<void> {
  const told = await ask('POST', '/images/load', archive);
  if (/"error"/.test(told)) throw new Error(told);
  assert.match(told, /noise:1/);
}

/** Three layers that no compressor makes smaller. */
function noisyImage(): Buffer {
  const layers = [1, 2, 3].map((number) => layerOf([{ name: `noise-${number}`, data: randomBytes(12 << 20) }]));
  return archiveOf(dockerFiles(layers, { tag: 'noise:1' }));
}

function traced({ name, dataRoot, runRoot }: DavitProcess) {
  return { name, dataRoot, runRoot };
}

function summarise(t: TestContext, what: string, downMs: readonly number[]): void {
  const sorted = downMs.toSorted((a, b) => a - b).map(Math.round);
  const back = `back after ${sorted[sorted.length >> 1]} ms (median), ${sorted.at(-1)} ms (longest)`;
  t.diagnostic(`${downMs.length} rounds, ${what}, lost: 0, left behind: 0; ${back}`);
}
