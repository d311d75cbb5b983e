// Clients that leave in the middle, and clients that never read: nothing stays behind, and nobody else notices.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { startDockerCli, withoutDocker } from './client.ts';

const LONG = { timeout: 240_000, skip: withoutDocker };
/** `./davit test --faults` asks for more. */
const CLIENTS = Number(process.env['DAVIT_DISCONNECTS'] ?? 40);
const AT_ONCE = 10;
const PATIENCE_MS = 60_000;

type Cli = Awaited<ReturnType<typeof startDockerCli>>;
let cli: Cli;
let server: number;

before(
  async () => {
    if (withoutDocker !== undefined) return;
    cli = await startDockerCli();
    server = await serverPid();
    await cli.docker(
      'run',
      '-d',
      '-i',
      '--name',
      'talks',
      'base:1',
      'sh',
      '-c',
      'while :; do echo tick; sleep 1; done',
    );
  },
  { timeout: 180_000 },
);

after(() => cli?.[Symbol.asyncDispose]());

async function serverPid(): Promise<number> {
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const words = (await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '')).split('\0');
    if (words.includes('server/main.ts') && words.includes(cli.davit.dataRoot)) return Number(entry);
  }
  throw new Error('the server is not among the processes');
}

function open(lines: readonly string[], body: Buffer = Buffer.alloc(0)): Socket {
  const socket = connect(join(cli.davit.runRoot, 'docker.sock'));
  // Cut while it still has something to say: that is what is tried.
  socket.on('error', () => undefined);
  socket.write([...lines, 'Host: docker', '', ''].join('\r\n'));
  if (body.length > 0) socket.write(body);
  return socket;
}

const UPGRADE = ['Connection: Upgrade', 'Upgrade: tcp'];
const CHUNKED = ['Content-Type: application/x-tar', 'Transfer-Encoding: chunked'];
/** One chunk of a tar that is far from its end. */
function tarBegin(): Buffer {
  const header = Buffer.alloc(512);
  header.write('some/file');
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write('00010000000\0', 124);
  header.write('00000000000\0', 136);
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const bytes = Buffer.concat([header, randomBytes(32 * 1024)]);
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
}

const FLOWS: Record<string, () => Socket> = {
  load: () => open(['POST /v1.51/images/load HTTP/1.1', ...CHUNKED], tarBegin()),
  import: () => open(['POST /v1.51/images/create?fromSrc=-&repo=half HTTP/1.1', ...CHUNKED], tarBegin()),
  attach: () => open(['POST /v1.51/containers/talks/attach?stream=1&stdout=1&stdin=1 HTTP/1.1', ...UPGRADE]),
  'logs -f': () => open(['GET /v1.51/containers/talks/logs?follow=1&stdout=1 HTTP/1.1']),
  events: () => open(['GET /v1.51/events HTTP/1.1']),
  stats: () => open(['GET /v1.51/containers/talks/stats?stream=1 HTTP/1.1']),
  wait: () => open(['POST /v1.51/containers/talks/wait HTTP/1.1', 'Content-Length: 0']),
  'cp in': () => open(['PUT /v1.51/containers/talks/archive?path=/tmp HTTP/1.1', ...CHUNKED], tarBegin()),
  'cp out': () => open(['GET /v1.51/containers/talks/archive?path=/bin HTTP/1.1']),
  save: () => open(['GET /v1.51/images/base:1/get HTTP/1.1']),
  export: () => open(['GET /v1.51/containers/talks/export HTTP/1.1']),
};

interface Left {
  files: number;
  children: number;
  temporary: string[];
}

async function look(): Promise<Left> {
  const fds = await readdir(`/proc/${server}/fd`);
  const links = await Promise.all(fds.map((fd) => readlink(`/proc/${server}/fd/${fd}`).catch(() => '')));
  const children = await readFile(`/proc/${server}/task/${server}/children`, 'utf8');
  const folders = ['content/ingest', 'trash', 'tmp'].map((name) => join(cli.davit.dataRoot, name));
  const temporary = (await Promise.all(folders.map((folder) => readdir(folder).catch(() => [])))).flat();
  return {
    files: links.filter((link) => link !== '').length,
    children: children.split(' ').filter(Boolean).length,
    temporary,
  };
}

/** Back to what was there before, or the difference after a while. */
async function untilAsBefore(before: Left, what: string): Promise<void> {
  let now = await look();
  for (const began = Date.now(); Date.now() - began < PATIENCE_MS; await delay(200), now = await look()) {
    // A file or two may be open at any moment for a reason of its own, such as the next sample of usage.
    const calm = now.files <= before.files + 2 && now.children <= before.children;
    if (calm && now.temporary.length <= before.temporary.length) return;
  }
  assert.deepEqual(now, before, what);
}

async function operationsGoingOn(): Promise<number> {
  const db = new Database(join(cli.davit.dataRoot, 'davit.db'), { readonly: true });
  const row = db.prepare("select count(*) as count from Operation where state in ('queued', 'running')").get();
  db.close();
  return (row as { count: number }).count;
}

for (const [what, begin] of Object.entries(FLOWS)) {
  test(`${CLIENTS} clients that leave in the middle of ${what} leave nothing behind`, LONG, async () => {
    // Once, so that what is opened lazily and kept is there before the count.
    const first = begin();
    await delay(300);
    first.destroy();
    await delay(500);
    const before = await look();
    for (let round = 0; round < CLIENTS; round += AT_ONCE) {
      const sockets = Array.from({ length: AT_ONCE }, begin);
      // Cut at another moment of the work each time.
      await delay((round / CLIENTS) * 100);
      for (const socket of sockets) socket.destroy();
    }
    await untilAsBefore(before, what);
    assert.equal(await operationsGoingOn(), 0);
    assert.equal(await cli.docker('inspect', '-f', '{{.State.Running}}', 'talks'), 'true');
  });
}

test(`${CLIENTS} execs whose clients leave leave no process and no file`, LONG, async () => {
  const before = await look();
  for (let round = 0; round < CLIENTS; round += AT_ONCE) {
    const left = Array.from({ length: AT_ONCE }, async () => {
      const body = JSON.stringify({ AttachStdin: true, AttachStdout: true, Cmd: ['sh', '-c', 'read line'] });
      const { stdout } = await curl('POST', '/v1.51/containers/talks/exec', body);
      const { Id } = JSON.parse(stdout) as { Id: string };
      const start = '{"Detach":false,"Tty":false}';
      const length = `Content-Length: ${start.length}`;
      const head = [`POST /v1.51/exec/${Id}/start HTTP/1.1`, 'Content-Type: application/json', length, ...UPGRADE];
      const socket = open(head, Buffer.from(start));
      await new Promise((done) => socket.once('data', done).once('close', done));
      socket.destroy();
    });
    await Promise.all(left);
  }
  await untilAsBefore(before, 'exec');
  assert.ok((await cli.docker('top', 'talks')).split('\n').length <= 4, 'only what runs anyway');
});

async function curl(method: string, path: string, body: string): Promise<{ stdout: string }> {
  const socket = join(cli.davit.runRoot, 'docker.sock');
  const json = ['-H', 'Content-Type: application/json', '-d', body];
  return promisify(execFile)('curl', ['-sS', '-X', method, '--unix-socket', socket, ...json, `http://docker${path}`]);
}

const DEAF = 20;
const LOG_MIB = 48;

test(
  `${DEAF} followers that read nothing of ${LOG_MIB} MiB cost no memory, and one that reads gets all of it`,
  LONG,
  async () => {
    const line = 'x'.repeat(1023);
    const script = `read go; i=0; while [ $i -lt ${LOG_MIB * 16} ]; do head -c 65536 /block; i=$((i+1)); done; sleep 600`;
    await cli.docker(
      'run',
      '-d',
      '-i',
      '--name',
      'flood',
      'base:1',
      'sh',
      '-c',
      `yes ${line} | head -n 64 > /block; ${script}`,
    );
    const before = await residentMiB();
    const sockets: Socket[] = [];
    let bytes = 0;
    for (let client = 0; client <= DEAF; client += 1) {
      const socket = open(['GET /v1.51/containers/flood/logs?follow=1&stdout=1 HTTP/1.1']);
      sockets.push(socket);
      // The head has come: it follows. Then all but the last stop reading.
      await new Promise((done) => socket.once('data', done));
      if (client < DEAF) socket.pause();
      else
        socket.on('data', (chunk) => {
          bytes += chunk.length;
        });
    }
    const going = open(['POST /v1.51/containers/flood/attach?stream=1&stdin=1 HTTP/1.1', ...UPGRADE]);
    sockets.push(going);
    await new Promise((done) => going.once('data', done));
    going.write('go\n');
    for (const limit = Date.now() + 2 * PATIENCE_MS; bytes < LOG_MIB * 2 ** 20; await delay(100)) {
      assert.ok(Date.now() < limit, `after two minutes ${bytes} bytes had come`);
    }
    // Kept for all that do not read it would be nearly a gigabyte.
    const grown = (await residentMiB()) - before;
    assert.ok(grown < (DEAF * LOG_MIB) / 4, `the server grew by ${grown.toFixed(0)} MiB`);
    for (const socket of sockets) socket.destroy();
    await cli.docker('rm', '-f', 'flood');
  },
);

async function residentMiB(): Promise<number> {
  const status = await readFile(`/proc/${server}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
}

test(
  '200 followers and 200 event streams at once, 20 of each deaf: none starves, memory is bounded',
  LONG,
  async () => {
    await cli.docker(
      'run',
      '-d',
      '-i',
      '--name',
      'source',
      'base:1',
      'sh',
      '-c',
      'read go; i=0; while [ $i -lt 2000 ]; do echo "line $i"; i=$((i+1)); done; echo the end; sleep 600',
    );
    const before = await residentMiB();
    const counts = { log: 0, events: 0 };
    let listening = 0;
    const sockets: Socket[] = [];
    const follow = (line: string, last: string, key: keyof typeof counts, deaf: boolean) => {
      const socket = open([line]);
      sockets.push(socket);
      if (deaf) return void socket.pause();
      let tail = '';
      socket.once('data', () => {
        listening += 1;
      });
      socket.on('data', (chunk: Buffer) => {
        const text = tail + chunk.toString('latin1');
        if (text.includes(last)) {
          counts[key] += 1;
          socket.removeAllListeners('data');
          socket.resume();
        }
        tail = text.slice(-last.length);
      });
    };
    for (let client = 0; client < 200; client += 1) {
      follow('GET /v1.51/containers/source/logs?follow=1&stdout=1 HTTP/1.1', 'the end', 'log', client % 10 === 0);
      follow('GET /v1.51/events HTTP/1.1', 'the-last-one', 'events', client % 10 === 0);
    }
    // An event that came before its listener would not come again.
    for (const limit = Date.now() + PATIENCE_MS; listening < 360; await delay(100)) {
      assert.ok(Date.now() < limit, `after a minute ${listening} of 360 were answered`);
    }
    const began = Date.now();
    const going = open(['POST /v1.51/containers/source/attach?stream=1&stdin=1 HTTP/1.1', ...UPGRADE]);
    sockets.push(going);
    await new Promise((done) => going.once('data', done));
    going.write('go\n');
    for (let made = 0; made < 20; made += 1) await cli.docker('volume', 'create', `volume-${made}`);
    await cli.docker('volume', 'create', 'the-last-one');
    for (const limit = Date.now() + PATIENCE_MS; counts.log < 180 || counts.events < 180; await delay(100)) {
      assert.ok(Date.now() < limit, `after a minute ${counts.log} logs and ${counts.events} event streams were whole`);
    }
    const grown = (await residentMiB()) - before;
    assert.ok(grown < 150, `the server grew by ${grown.toFixed(0)} MiB in ${Date.now() - began} ms`);
    // Those that do not read hold nobody up: the API answers.
    const asked = Date.now();
    await curl('GET', '/v1.51/_ping', '');
    assert.ok(Date.now() - asked < 10_000);
    for (const socket of sockets) socket.destroy();
  },
);
