import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { RuntimeFixture } from './testing/runtime-fixture.ts';

const run = promisify(execFile);
const JOURNALD = ['/usr/lib/systemd/systemd-journald', '/lib/systemd/systemd-journald'].find((path) =>
  existsSync(path),
);
const missing =
  JOURNALD === undefined
    ? 'systemd-journald is not installed (Debian: apt-get install systemd)'
    : !existsSync('/usr/bin/journalctl') && 'journalctl is not installed';

/** Nothing of the host's own: neither its folders nor the kernel's messages, and the kernel's audit is left as it is. */
const SETTINGS = '[Journal]\nStorage=volatile\nReadKMsg=no\nAudit=no\nForwardToWall=no\nRateLimitIntervalSec=0\n';
const SCRIPT = `mkdir -p /run/systemd /run/log /var/log /etc/systemd
for folder in /run/systemd /run/log /var/log /etc/systemd; do mount -t tmpfs tmpfs "$folder"; done
cp "$1/journald.conf" /etc/systemd/journald.conf
[ -s /etc/machine-id ] || { : >> /etc/machine-id; mount --bind "$1/machine-id" /etc/machine-id; }
exec "$0"`;

/** The host's own journald in a mount namespace with folders of its own, as on a host that was booted by systemd. */
async function startJournald(journald: string) {
  await using undo = new AsyncDisposableStack();
  const folder = undo.use(await mkdtempDisposable(join(tmpdir(), 'davit-journald-')));
  await writeFile(join(folder.path, 'journald.conf'), SETTINGS);
  await writeFile(join(folder.path, 'machine-id'), `${randomBytes(16).toString('hex')}\n`);
  const unshare = ['-m', '--propagation', 'private', 'sh', '-ec', SCRIPT, journald, folder.path];
  const child = spawn('unshare', unshare, { stdio: ['ignore', 'inherit', 'inherit'] });
  undo.defer(async () => {
    const ended = once(child, 'exit');
    child.kill('SIGCONT');
    if (child.exitCode === null && child.signalCode === null && child.kill('SIGTERM')) await ended;
  });
  const socket = `/proc/${child.pid}/root/run/systemd/journal/socket`;
  await until(async () => {
    assert.equal(child.exitCode, null, 'journald runs');
    return existsSync(socket);
  });
  const resources = undo.move();
  return {
    socket,
    /** Until `goOn` it takes nothing from its socket, as one that waits for a slow disk. */
    stop: () => child.kill('SIGSTOP'),
    goOn: () => child.kill('SIGCONT'),
    /** Entries with this field, as journalctl tells them. */
    async entries(match: string): Promise<Record<string, string>[]> {
      const asked = ['-D', '/run/log/journal', '-o', 'json', '--no-pager', '--all', match];
      const { stdout } = await run('nsenter', ['-t', String(child.pid), '-m', 'journalctl', ...asked], {
        maxBuffer: 2 ** 26,
      });
      return stdout
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line));
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 30_000;
  while (!(await holds())) {
    assert.ok(performance.now() < end, 'in time');
    await delay(20);
  }
}

test("a real journald keeps a container's lines with what tells whose they are", {
  skip: missing,
  timeout: 90_000,
}, async () => {
  await using journald = await startJournald(JOURNALD ?? '');
  await using fixture = await RuntimeFixture.create();
  const fields = { CONTAINER_ID_FULL: randomBytes(16).toString('hex'), CONTAINER_NAME: 'web', NOTE: 'two\nlines' };
  const log = { maxBytes: 2 ** 20, maxFiles: 1, journal: { socket: journald.socket, fields } };
  const script = 'echo one; echo bad >&2; for n in 1 2 3 4 5 6 7 8 9; do echo "line $n"; done; echo last';
  const task = await fixture.runtime.start(fixture.spec({ args: ['/bin/busybox', 'sh', '-c', script], log }));
  assert.equal((await task.exited).exitCode, 0);
  const match = `CONTAINER_ID_FULL=${fields.CONTAINER_ID_FULL}`;
  await until(async () => (await journald.entries(match)).length >= 12);
  const entries = await journald.entries(match);
  const told = (priority: string) =>
    entries.filter(({ PRIORITY }) => PRIORITY === priority).map(({ MESSAGE }) => MESSAGE);
  assert.deepEqual(told('3'), ['bad']);
  assert.deepEqual(told('6'), ['one', ...Array.from({ length: 9 }, (_, at) => `line ${at + 1}`), 'last']);
  for (const { CONTAINER_NAME, NOTE, _TRANSPORT } of entries) {
    assert.deepEqual([CONTAINER_NAME, NOTE, _TRANSPORT], ['web', 'two\nlines', 'journal']);
  }
});

test('a journal that takes nothing holds no container up and loses none of its lines; of too many it learns the number', {
  skip: missing,
  timeout: 90_000,
}, async () => {
  await using journald = await startJournald(JOURNALD ?? '');
  await using fixture = await RuntimeFixture.create();
  for (const [lines, width] of [
    [500, 1],
    [3000, 1000],
  ] as const) {
    const id = randomBytes(16).toString('hex');
    const log = { maxBytes: 2 ** 24, maxFiles: 1, journal: { socket: journald.socket, fields: { ID: id } } };
    const script = `x=$(/bin/busybox printf '%0${width}d' 7); for n in $(/bin/busybox seq ${lines}); do echo "$n $x"; done`;
    journald.stop();
    const task = await fixture.runtime.start(fixture.spec({ args: ['/bin/busybox', 'sh', '-c', script], log }));
    assert.equal((await task.exited).exitCode, 0);
    journald.goOn();
    let kept: number[] = [];
    let lost = 0;
    await until(async () => {
      const messages = (await journald.entries(`ID=${id}`)).map(({ MESSAGE }) => MESSAGE ?? '');
      kept = messages.filter((message) => message.endsWith('7')).map((message) => Number.parseInt(message, 10));
      lost = messages.reduce((sum, message) => sum + Number(/^davit: (\d+) lines/.exec(message)?.[1] ?? 0), 0);
      return kept.length + lost === lines;
    });
    assert.deepEqual(
      kept,
      Array.from(kept, (_, at) => at + 1),
      'in order, from the first',
    );
    assert.equal(lost > 0, lines * width > 2 ** 20, `${lost} lost`);
  }
});
