// Runs, execs, dropped streams, networks and volumes, again and again: files, threads, children, mounts, links, groups and
// memory are where they were. A thousand rounds by DAVIT_LEAK_ROUNDS=1000.
import assert from 'node:assert/strict';
import { mkdtempDisposable, readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { waitUntil } from '#engine/testing/wait-until.ts';
import { findTraces } from '../kernel-traces.ts';
import { type BaseServer, startBaseServer, startContainer, untilVerified } from './base-server.ts';

const ROUNDS = Number(process.env['DAVIT_LEAK_ROUNDS'] ?? 30);
/** What is opened lazily and kept is there before the count. */
const WARM_UP = 8;
const AT_ONCE = 4;
const PATIENCE_MS = 60_000;
/** Caches that fill, code that is compiled as it gets hot. */
const HEAP_SLACK_BYTES = 24 << 20;
/** Loaded before the server's own modules: collects what nobody holds and tells what is left. */
const COLLECT = `process.on('SIGUSR2', () => {
  for (let times = 0; times < 3; times += 1) gc();
  const { heapUsed, external, rss } = process.memoryUsage();
  process.stderr.write(JSON.stringify({ collected: heapUsed + external, rss }) + '\\n');
});`;

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
  await writeFile(script, COLLECT);
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
  const memoryBefore = await memoryOf(server);
  await rounds(server, ROUNDS);
  let now = await look(server);
  for (const began = Date.now(); !isBack(now, before) && Date.now() - began < PATIENCE_MS; now = await look(server)) {
    await delay(250);
  }
  if (!isBack(now, before)) assert.deepEqual(now, before);
  const memory = await memoryOf(server);
  const grown = memory.collected - memoryBefore.collected;
  const mib = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
  const resident = mib(memory.rss - memoryBefore.rss);
  t.diagnostic(`${ROUNDS} rounds; held ${mib(grown)} MiB, resident ${resident} MiB more than before; ${told(now)}`);
  assert.ok(grown < HEAP_SLACK_BYTES, `${grown} bytes more are held than before`);
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
async function memoryOf({ davit }: BaseServer): Promise<{ collected: number; rss: number }> {
  const lines = () => [...davit.output().matchAll(/^\{"collected":\d+,"rss":\d+\}$/gm)].map(([line]) => line);
  const seen = lines().length;
  process.kill(davit.pid(), 'SIGUSR2');
  await waitUntil('the heap is collected', () => lines().length > seen, 30_000);
  return JSON.parse(lines().at(-1) ?? '') as { collected: number; rss: number };
}

function told({ files, threads, children, mounts, links, groups }: Used): string {
  return `${files} files, ${threads} threads, ${children} children, ${mounts} mounts, ${links} links, ${groups} groups`;
}
