import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { RuntimeFixture } from './testing/runtime-fixture.ts';

/** A journal that only tells what it is sent, one entry of hex digits a line. */
const JOURNAL = `use Socket; $| = 1; socket(S, AF_UNIX, SOCK_DGRAM, 0) or die; bind(S, sockaddr_un($ARGV[0])) or die $!;
print "up\\n"; print unpack("H*", $b), "\\n" while defined recv(S, $b, 262144, 0);`;

async function startJournal(socket: string) {
  const child = spawn('perl', ['-e', JOURNAL, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  assert.equal((await lines.next()).value, 'up');
  return {
    next: async () => parseEntry(Buffer.from(String((await lines.next()).value), 'hex')),
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** https://systemd.io/JOURNAL_NATIVE_PROTOCOL/ */
function parseEntry(entry: Buffer): Record<string, string> {
  const fields: Record<string, string> = {};
  for (let at = 0; at < entry.length; ) {
    const end = entry.indexOf('\n', at);
    const [name = '', ...value] = entry.subarray(at, end).toString().split('=');
    at = end + 1;
    if (value.length > 0) fields[name] = value.join('=');
    else {
      const size = Number(entry.readBigUInt64LE(at));
      fields[name] = entry.subarray(at + 8, at + 8 + size).toString();
      at += 8 + size + 1;
    }
  }
  return fields;
}

const shared = { CONTAINER_NAME: 'web', NOTE: 'two\nlines' };

test('each line goes to the journal, from the shim, and our own log has it too', { timeout: 60_000 }, async () => {
  await using fixture = await RuntimeFixture.create();
  const socket = join(fixture.settings.root, 'journal.socket');
  await using journal = await startJournal(socket);
  const script = `echo one; echo; echo bad >&2; head -c 20000 /dev/zero | tr '\\0' x; echo; printf end`;
  const args = ['/bin/busybox', 'sh', '-c', script.replace('tr ', '/bin/busybox tr ')];
  const log = { maxBytes: 2 ** 20, maxFiles: 1, journal: { socket, fields: shared } };
  const spec = fixture.spec({ args, log });
  const task = await fixture.runtime.start(spec);
  await task.exited;
  const entries: Record<string, string>[] = [];
  while (entries.at(-1)?.['MESSAGE'] !== 'end') entries.push(await journal.next());
  const own = (priority: string, message: string) => ({ ...shared, PRIORITY: priority, MESSAGE: message });
  const errors = entries.filter((entry) => entry['PRIORITY'] === '3');
  assert.deepEqual(errors, [own('3', 'bad')]);
  assert.deepEqual(
    entries.filter((entry) => entry['PRIORITY'] !== '3'),
    [
      own('6', 'one'),
      { ...own('6', 'x'.repeat(16_384)), CONTAINER_PARTIAL_MESSAGE: 'true' },
      own('6', 'x'.repeat(20_000 - 16_384)),
      own('6', 'end'),
    ],
  );
});

test('a journal that is gone holds nobody up', { timeout: 60_000 }, async () => {
  await using fixture = await RuntimeFixture.create();
  const socket = join(fixture.settings.root, 'nobody.socket');
  const log = { maxBytes: 2 ** 20, maxFiles: 1, journal: { socket, fields: shared } };
  const spec = fixture.spec({ args: ['echo', 'heard'], log });
  const { exitCode } = await (await fixture.runtime.start(spec)).exited;
  assert.equal(exitCode, 0);
});
