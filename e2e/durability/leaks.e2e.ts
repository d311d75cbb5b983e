// Runs, execs, dropped streams, networks and volumes, again and again: files, threads, children, mounts, links, groups and
// memory are where they were. A thousand rounds by DAVIT_LEAK_ROUNDS=1000.
import assert from 'node:assert/strict';
import { mkdtempDisposable, readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { waitUntil } from '#engine/testing/wait-until.ts';
import { findTraces } from '../kernel-traces.ts';
import { untilVerified } from '../verify.ts';
import { type BaseServer, startBaseServer, startContainer } from './base-server.ts';

const ROUNDS = Number(process.env['DAVIT_LEAK_ROUNDS'] ?? 30);
/** What is opened lazily and kept is there before the count. */
const WARM_UP = 8;
const AT_ONCE = 4;
const PATIENCE_MS = 60_000;
/** Memory is looked at as often, evenly over the rounds. */
const PARTS = 10;
/** Caches that fill, code that is compiled as it gets hot. */
const SLACK_BYTES = 24 << 20;
/** Fewer only fill what has a bound: the history of events, the pages that SQLite keeps, code that is compiled as it gets hot. */
const ENOUGH_FOR_PLATEAU = 2_000;
/** What the end of so many rounds may hold more than their middle, by the mean of three looks each. */
const PLATEAU_BYTES = 3 << 20;
/**
 * Loaded before the server's own modules: collects what nobody holds, gives back what is free and tells what is left. Of the
 * allocator that is what it has handed out, to all threads: SQLite's pages, buffers, what Node keeps in C++.
 */
const COLLECT = `process.on('SIGUSR2', () => {
  const koffi = require(KOFFI);
  const libc = koffi.load('libc.so.6');
  const names = ['arena', 'ordblks', 'smblks', 'hblks', 'hblkhd', 'usmblks', 'fsmblks', 'uordblks', 'fordblks', 'keepcost'];
  const info = libc.func('mallinfo2', koffi.struct(Object.fromEntries(names.map((name) => [name, 'size_t']))), []);
  for (let times = 0; times < 3; times += 1) gc();
  libc.func('int malloc_trim(size_t)')(0);
  const { uordblks, hblkhd } = info();
  const { heapUsed, external, rss } = process.memoryUsage();
  const parts = { heap: heapUsed, external, allocated: Number(uordblks) + Number(hblkhd), resident: rss };
  process.stderr.write('memory ' + JSON.stringify(parts) + '\\n');
});`;

interface Memory {
  heap: number;
  external: number;
  allocated: number;
  resident: number;
}

interface Used {
  files: number;
  threads: number;
  children: number;
  mounts: number;
  links: number;
  groups: number;
  traces: string[];
}

test(`${ROUNDS} rounds of runs, execs, dropped streams, networks and volumes leave everything where it was`, {
  timeout: 200_000 + ROUNDS * 10_000,
}, async (t) => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'davit-leaks-'));
  const script = join(folder.path, 'collect.cjs');
  await writeFile(
    script,
    `const KOFFI = ${JSON.stringify(createRequire(import.meta.url).resolve('koffi'))};\n${COLLECT}`,
  );
  await using server = await startBaseServer({
    pools: 8,
    // The memory settings of `./davit up`: without them V8 keeps 50 MiB more for young objects after the first rounds.
    env: {
      MALLOC_ARENA_MAX: '2',
      NODE_OPTIONS: `--max-semi-space-size=8 --expose-gc --require=${script}`,
    },
  });
  await startContainer(server.ask, 'stays', ['sh', '-c', 'while :; do echo tick; sleep 1; done'], { OpenStdin: true });
  await rounds(server, WARM_UP);
  await settled(server);
  const before = await look(server);
  const memory = [await memoryOf(server)];
  for (let part = 1; part <= PARTS; part += 1) {
    await rounds(server, Math.round((ROUNDS * part) / PARTS) - Math.round((ROUNDS * (part - 1)) / PARTS));
    memory.push(await memoryOf(server));
  }
  let now = await look(server);
  for (const began = Date.now(); !isBack(now, before) && Date.now() - began < PATIENCE_MS; now = await look(server)) {
    await delay(250);
  }
  if (!isBack(now, before)) assert.deepEqual(now, before);
  for (const [part, sample] of memory.entries()) {
    t.diagnostic(`after ${Math.round((ROUNDS * part) / PARTS)} rounds: ${memoryTold(sample)}`);
  }
  t.diagnostic(`${ROUNDS} rounds; ${told(now)}`);
  const bytes = memory.map(held);
  const [first = 0] = bytes;
  const [middle, end] = [meanOf(bytes.slice(PARTS / 2 - 1, PARTS / 2 + 2)), meanOf(bytes.slice(-3))];
  assert.ok(end - first < SLACK_BYTES, `${end - first} bytes more are held than before`);
  if (ROUNDS >= ENOUGH_FOR_PLATEAU)
    assert.ok(end - middle < PLATEAU_BYTES, `it goes on growing: ${end - middle} bytes since the middle of the rounds`);
  await server.ask('DELETE', '/containers/stays?force=1');
  await untilVerified(server.davit);
});

async function rounds(server: BaseServer, count: number): Promise<void> {
  let left = count;
  async function work(worker: number): Promise<void> {
    while (left > 0) {
      left -= 1;
      await round(server, `${worker}-${left}`);
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, (_, worker) => work(worker)));
}

async function round({ davit, ask }: BaseServer, name: string): Promise<void> {
  await ask('POST', '/networks/create', { Name: `net-${name}` });
  await ask('POST', '/volumes/create', { Name: `vol-${name}` });
  await startContainer(ask, `run-${name}`, ['sh', '-c', 'echo done >/data/file; exec sleep 600'], {
    HostConfig: {
      Binds: [`vol-${name}:/data`],
      NetworkMode: `net-${name}`,
      PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] },
    },
  });
  await ask('POST', '/networks/bridge/connect', { Container: `run-${name}` });
  const { Id: exec } = JSON.parse(
    await ask('POST', `/containers/run-${name}/exec`, { Cmd: ['true'], AttachStdout: true }),
  ) as { Id: string };
  await ask('POST', `/exec/${exec}/start`, {});
  await dropped(davit.runRoot, 'POST /v1.41/containers/stays/attach?stream=1&stdout=1&stdin=1 HTTP/1.1', true);
  await dropped(davit.runRoot, 'GET /v1.41/containers/stays/logs?follow=1&stdout=1 HTTP/1.1', false);
  await ask('POST', `/containers/run-${name}/kill`);
  await ask('POST', `/containers/run-${name}/wait`);
  await ask('DELETE', `/containers/run-${name}`);
  await ask('DELETE', `/volumes/vol-${name}`);
  await ask('DELETE', `/networks/net-${name}`);
}

/** A stream whose client leaves after its first bytes. */
async function dropped(runRoot: string, line: string, upgrades: boolean): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = connect(`${runRoot}/docker.sock`);
  socket.once('error', reject);
  socket.once('data', () => resolve());
  const upgrade = upgrades ? ['Connection: Upgrade', 'Upgrade: tcp'] : [];
  socket.write([line, 'Host: docker', ...upgrade, '', ''].join('\r\n'));
  try {
    await promise;
  } finally {
    socket.destroy();
  }
}

async function look({ davit }: BaseServer): Promise<Used> {
  const folder = `/proc/${davit.pid()}`;
  const fds = await readdir(`${folder}/fd`);
  const open = await Promise.all(fds.map((fd) => readlink(`${folder}/fd/${fd}`).catch(() => '')));
  const traces = await findTraces(davit);
  return {
    files: open.filter((link) => link !== '').length,
    threads: (await readdir(`${folder}/task`)).length,
    children: (await readFile(`${folder}/task/${davit.pid()}/children`, 'utf8')).split(' ').filter(Boolean).length,
    mounts: traces.filter((trace) => trace.startsWith('mount ')).length,
    links: traces.filter((trace) => trace.startsWith('link ')).length,
    groups: traces.filter((trace) => trace.startsWith('cgroup ')).length,
    traces,
  };
}

/** A file or two, and a thread, may be there at any moment for a reason of its own, such as the next sample of usage. */
function isBack(now: Used, before: Used): boolean {
  return (
    now.files <= before.files + 2 &&
    now.threads <= before.threads + 1 &&
    now.children <= before.children &&
    now.traces.every((trace) => before.traces.includes(trace))
  );
}

async function settled(server: BaseServer): Promise<void> {
  for (let last = ''; ; await delay(500)) {
    const now = JSON.stringify(await look(server));
    if (now === last) return;
    last = now;
  }
}

/** After a collection; in bytes. */
async function memoryOf({ davit }: BaseServer): Promise<Memory> {
  const lines = () => [...davit.output().matchAll(/^memory (\{.*\})$/gm)].map(([, json = '']) => json);
  const seen = lines().length;
  process.kill(davit.pid(), 'SIGUSR2');
  await waitUntil('the heap is collected', () => lines().length > seen, 30_000);
  return JSON.parse(lines().at(-1) ?? '') as Memory;
}

/** External bytes are the allocator's too, but for those that V8 maps for itself. */
function held({ heap, allocated }: Memory): number {
  return heap + allocated;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function memoryTold(memory: Memory): string {
  return Object.entries(memory)
    .map(([name, bytes]) => `${name} ${(bytes / 2 ** 20).toFixed(1)}`)
    .join(', ')
    .concat(' MiB');
}

function told({ files, threads, children, mounts, links, groups }: Used): string {
  return `${files} files, ${threads} threads, ${children} children, ${mounts} mounts, ${links} links, ${groups} groups`;
}
