// A container that prints without end: every line is there, the server's memory does not follow, the disk holds what the limit
// says. 32 MiB; 1 GiB by DAVIT_LOG_BYTES=1073741824.
import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { type BaseServer, startBaseServer, startContainer } from './base-server.ts';

const BYTES = Number(process.env['DAVIT_LOG_BYTES'] ?? 32 << 20);
const LINE = 64;
const WARM_UP = 4 << 20;
const MIB = 2 ** 20;
/** Of the API: its kind, three zeros and the length before each line. */
const FRAME = 8;
const MOST_GROWN = 50 * MIB;

test(`${BYTES} bytes of output are kept and read back whole, and within a limit where there is one`, {
  timeout: 120_000 + BYTES / 2_000,
}, async (t) => {
  // The memory settings of `./davit up`.
  await using server = await startBaseServer({
    env: { MALLOC_ARENA_MAX: '2', NODE_OPTIONS: '--max-semi-space-size=8' },
  });
  const { ask } = server;
  const command = ['sh', '-c', `yes ${'x'.repeat(LINE - 1)} | head -c ${BYTES}; echo the end`];
  const log = (config: object) => ({ HostConfig: { LogConfig: { Type: 'json-file', Config: config } } });
  // What is loaded and compiled at the first log is there before the count.
  const warm = await startContainer(ask, 'warm', ['sh', '-c', `yes warm | head -c ${WARM_UP}`]);
  await ask('POST', `/containers/${warm}/wait`);
  await bytesOf(server, warm);
  const before = await residentOf(server);
  const whole = await startContainer(ask, 'whole', command, log({ 'max-size': `${4 * BYTES}` }));
  await ask('POST', `/containers/${whole}/wait`);
  const limited = await startContainer(ask, 'limited', command, log({ 'max-size': '1m', 'max-file': '3' }));
  await ask('POST', `/containers/${limited}/wait`);
  const lines = Math.floor(BYTES / LINE);
  assert.equal(await bytesOf(server, whole), lines * (LINE + FRAME) + 'the end\n'.length + FRAME);
  const grown = (await residentOf(server)) - before;
  t.diagnostic(`${(grown / MIB).toFixed(1)} MiB more resident`);
  assert.ok(grown < MOST_GROWN, `${grown} bytes more are resident`);
  for (const id of [whole, limited]) assert.match(await tailOf(server, id), /the end\n$/);
  const folder = join(server.davit.dataRoot, 'containers', limited);
  const files = (await readdir(folder)).filter((name) => name.startsWith('container.log'));
  const sizes = await Promise.all(files.map(async (name) => (await stat(join(folder, name))).size));
  const kept = sizes.reduce((sum, size) => sum + size, 0);
  assert.ok(files.length <= 3 && kept <= 3.2 * MIB, `${kept} bytes in ${files.join()}`);
});

function tailOf({ ask }: BaseServer, id: string): Promise<string> {
  return ask('GET', `/containers/${id}/logs?stdout=1&tail=1`);
}

/** Counted as they come: nobody holds all of them. */
function bytesOf({ davit }: BaseServer, id: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const asked = request({
    socketPath: `${davit.runRoot}/docker.sock`,
    path: `/v1.41/containers/${id}/logs?stdout=1`,
    headers: { Host: 'docker' },
  });
  asked.once('error', reject);
  asked.once('response', (answer) => {
    let bytes = 0;
    answer.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    answer.once('error', reject);
    answer.once('end', () => resolve(bytes));
  });
  asked.end();
  return promise;
}

/** In bytes. */
async function residentOf({ davit }: BaseServer): Promise<number> {
  const status = await readFile(`/proc/${davit.pid()}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}
