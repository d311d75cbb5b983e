import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAlive, parseUserNames, readProcesses, readStat, tryParseStat, ttyName } from './processes.ts';

test('a name with brackets does not shift the fields', () => {
  const line =
    '42 (a) b (c)) S 1 41 40 34817 41 4194560 100 0 0 0 30 12 0 0 25 5 3 0 987654 4096000 250 18446744073709551615 1 1 0';
  assert.deepEqual(tryParseStat(line), {
    name: 'a) b (c)',
    state: 'S',
    ppid: 1,
    processGroup: 41,
    session: 40,
    ttyNumber: 34_817,
    foreground: 41,
    cpuTicks: 42,
    priority: 25,
    niceness: 5,
    threads: 3,
    startTicks: 987654n,
    virtualBytes: 4_096_000,
    rssPages: 250,
  });
  assert.deepEqual([34_817, 0, 1025, 1088].map(ttyName), ['pts/1', '?', 'tty1', 'ttyS0']);
  assert.equal(tryParseStat(''), undefined);
});

test('a process is alive only with its own start time', () => {
  const ticks = readStat(process.pid)?.startTicks ?? 0n;
  assert.ok(isAlive(process.pid, ticks));
  assert.ok(!isAlive(process.pid, ticks + 1n));
  assert.ok(!isAlive(2 ** 22 + 1, ticks));
});

test('this process is listed with its command', () => {
  const [own] = readProcesses([process.pid, 2 ** 22 + 1]);
  assert.equal(own?.ppid, process.ppid);
  assert.match(own?.command ?? '', /node/);
  assert.ok(Math.abs((own?.startedAt.getTime() ?? 0) - (Date.now() - process.uptime() * 1000)) < 5000);
});

test('the first name of a uid counts', () => {
  assert.deepEqual([...parseUserNames('root:x:0:0::/:sh\ntoor:x:0:0::/:sh\n\nbad\n')], [['0', 'root']]);
});
