import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProcessInfo } from '../runtime/runtime.ts';
import { psTable } from './ps-columns.ts';

const now = new Date(2026, 10, 21, 15, 30);
const sleep: ProcessInfo = {
  pid: 3275,
  ppid: 3251,
  user: 'root',
  uid: 0,
  group: 'root',
  cpuSeconds: 3725,
  rssBytes: 2 ** 20,
  virtualBytes: 2 ** 21,
  startedAt: new Date(2026, 10, 21, 11, 35),
  state: 'Ss+',
  name: 'sleep',
  command: '/bin/sleep 300',
  tty: 'pts/0',
  processGroup: 3275,
  session: 3275,
  threads: 1,
  niceness: 0,
  priority: 20,
};
const facts = { now, memoryBytes: 2 ** 30 };
const row = (psArgs: string, change: Partial<ProcessInfo> = {}) => {
  const { titles, processes } = psTable([{ ...sleep, ...change }], psArgs, facts);
  return titles.map((title, at) => `${title}=${processes[0]?.[at]}`).join(' ');
};

test('the tables of ps', () => {
  const full = 'UID=root PID=3275 PPID=3251 C=26 STIME=11:35 TTY=pts/0 TIME=01:02:05 CMD=/bin/sleep 300';
  for (const psArgs of ['', '-ef', '-e -f', '-Af', '-fe ww']) assert.equal(row(psArgs), full, psArgs);
  const bsd =
    'USER=root PID=3275 %CPU=26.4 %MEM=0.1 VSZ=2048 RSS=1024 TTY=pts/0 STAT=Ss+ START=11:35 TIME=62:05 COMMAND=/bin/sleep 300';
  for (const psArgs of ['aux', '-aux', 'u', 'auxww']) assert.equal(row(psArgs), bsd, psArgs);
  assert.equal(row('-e'), 'PID=3275 TTY=pts/0 TIME=01:02:05 CMD=sleep');
  assert.equal(row('ax'), 'PID=3275 TTY=pts/0 STAT=Ss+ TIME=62:05 COMMAND=/bin/sleep 300');
});

test('asked columns, by any of their names', () => {
  const expected = 'PID=3275 ELAPSED=03:55:00 CMD=sleep S=S';
  for (const psArgs of [
    '-o pid,etime,ucmd,state',
    '-eo pid,etime,ucmd,s',
    '-opid -o etime,ucmd,s',
    'axo pid,etime,ucmd,s',
  ])
    assert.equal(row(psArgs), expected, psArgs);
  assert.equal(row('--format pid,comm=NAME'), 'PID=3275 NAME=sleep');
  assert.equal(row('-o pid,%mem,nlwp,ni,pri'), 'PID=3275 %MEM=0.1 NLWP=1 NI=0 PRI=19');
});

test('older starts show their day, then their year', () => {
  assert.match(row('-ef', { startedAt: new Date(2026, 10, 3) }), /STIME=Nov03/);
  assert.match(row('-ef', { startedAt: new Date(2024, 1, 3) }), /STIME=2024/);
  assert.match(row('aux', { startedAt: new Date(2026, 10, 20) }), /START=Nov20/);
  assert.match(row('-o pid,etime', { startedAt: new Date(now.getTime() - 61_000) }), /ELAPSED=01:01/);
  assert.match(row('-o pid,time', { cpuSeconds: 2 * 86_400 + 5 }), /TIME=02-00:00:05/);
});

test('what is not of this language is refused', () => {
  const cases: [string, RegExp][] = [
    ['-o pid,nope', /unknown user-defined format specifier "nope"/],
    ['-o comm', /Couldn't find PID field in ps output/],
    ['auxe', /does not support this argument of ps: auxe/],
    ['eww', /does not support/],
    ['--sort pid', /does not support this argument of ps: --sort/],
    ['-eT', /does not support/],
    ['-o', /format specification must follow -o/],
    ['-o pid,constructor', /unknown user-defined/],
  ];
  for (const [psArgs, message] of cases)
    assert.throws(() => row(psArgs), { code: 'invalid_argument', message }, psArgs);
});
