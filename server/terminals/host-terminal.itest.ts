import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HostTerminal } from './host-terminal.ts';
import { spawnLoginShell } from './spawn-pty.ts';

const PATIENCE_MS = 20_000;

async function openShell() {
  const terminal = new HostTerminal('t1', await spawnLoginShell({ rows: 31, columns: 97 }));
  const aborter = new AbortController();
  let shown = '';
  const watching = (async () => {
    for await (const chunk of terminal.watch(aborter.signal)) shown += `${chunk}`;
  })();
  return {
    terminal,
    async until(text: RegExp): Promise<string> {
      const deadline = Date.now() + PATIENCE_MS;
      for (;;) {
        const [found] = text.exec(shown) ?? [];
        if (found !== undefined) return found;
        assert.ok(Date.now() < deadline, `${text} did not come: ${shown}`);
        await new Promise((done) => setTimeout(done, 20));
      }
    },
    type: (text: string) => terminal.write(Buffer.from(text)),
    async [Symbol.asyncDispose]() {
      await terminal.end();
      aborter.abort();
      await watching;
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    // No such process: that is the answer.
    return false;
  }
}

test('a shell of the host has its size, a clean environment, and ends with its code', async () => {
  process.env['DAVIT_TEST_SECRET'] = 'not for shells';
  await using shell = await openShell();
  await shell.type('stty size; echo "secret=[$DAVIT_TEST_SECRET]" "$TERM"\n');
  await shell.until(/31 97/);
  await shell.until(/secret=\[\] xterm-256color/);
  shell.terminal.resize(40, 100);
  await shell.type('stty size\n');
  await shell.until(/40 100/);
  await shell.type('exit 5\n');
  assert.deepEqual(await shell.terminal.exited, { exitCode: 5 });
  delete process.env['DAVIT_TEST_SECRET'];
});

test('ended from outside, it takes along what ignores a hang-up and what runs behind', async () => {
  await using shell = await openShell();
  await shell.type('nohup sleep 300 >/dev/null 2>&1 & echo one=$!; sh -c \'trap "" HUP; echo two=$$; sleep 300\'\n');
  const pids = [await shell.until(/one=\d+/), await shell.until(/two=\d+/)].map((text) => Number(text.slice(4)));
  assert.deepEqual(pids.map(isAlive), [true, true]);
  await shell.terminal.end();
  const deadline = Date.now() + PATIENCE_MS;
  while (pids.some(isAlive)) {
    assert.ok(Date.now() < deadline, 'a process of the shell goes on');
    await new Promise((done) => setTimeout(done, 20));
  }
});

test('a flood waits for the slowest viewer', async () => {
  const terminal = new HostTerminal('t2', await spawnLoginShell({ rows: 24, columns: 80 }));
  const aborter = new AbortController();
  const slow = terminal.watch(aborter.signal)[Symbol.asyncIterator]();
  await slow.next();
  await terminal.write(Buffer.from('yes\n'));
  let before = -1;
  // Still when two looks in a row see the same count, and no sooner than something came.
  while (terminal.bytesOut < 4096 || terminal.bytesOut !== before) {
    before = terminal.bytesOut;
    await new Promise((done) => setTimeout(done, 200));
  }
  assert.ok(terminal.bytesOut < 1024 * 1024, `${terminal.bytesOut} bytes were read for nobody`);
  await terminal.end();
  aborter.abort();
  await terminal.exited;
});
