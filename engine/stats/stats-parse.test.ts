import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  parseBlkio,
  parseCounters,
  parseIoStat,
  parseLimit,
  parseMemTotal,
  parseNetDev,
  parseSystemCpu,
} from './stats-parse.ts';

test('counters', () => {
  const counters = parseCounters('oom_kill_disable 0\nunder_oom 0\noom_kill 3\n');
  assert.equal(counters.get('oom_kill'), 3);
  assert.equal(counters.size, 3);
});

test('block io of both versions sums the devices', () => {
  const v1 = '254:0 Read 100\n254:0 Write 7\n254:0 Sync 107\n254:0 Total 107\n8:0 Read 5\n8:0 Write 0\nTotal 112\n';
  assert.deepEqual(parseBlkio(v1), { read: 105, write: 7 });
  const v2 = '254:0 rbytes=100 wbytes=7 rios=1 wios=1 dbytes=0 dios=0\n8:0 rbytes=5 wbytes=0 rios=1 wios=0\n';
  assert.deepEqual(parseIoStat(v2), { read: 105, write: 7 });
  assert.deepEqual(parseIoStat(''), { read: 0, write: 0 });
});

test('interfaces without the loopback', () => {
  const text = [
    'Inter-|   Receive                                                |  Transmit',
    ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed',
    '    lo:     100       1    0    0    0     0          0         0      100       1    0    0    0     0       0          0',
    '  eth0:    1296      16    1    2    0     0          0         0      616       8    3    4    0     0       0          0',
    '',
  ].join('\n');
  assert.deepEqual(parseNetDev(text), {
    eth0: {
      rxBytes: 1296,
      rxPackets: 16,
      rxErrors: 1,
      rxDropped: 2,
      txBytes: 616,
      txPackets: 8,
      txErrors: 3,
      txDropped: 4,
    },
  });
});

test('host time counts the guest only once', () => {
  const text = 'cpu  1 2 3 4 5 6 7 8 100 100\ncpu0 1 2 3 4 5 6 7 8 0 0\ncpu1 0 0 0 0 0 0 0 0 0 0\nintr 5\n';
  assert.deepEqual(parseSystemCpu(text), { systemCpuNs: 36e7, onlineCpus: 2 });
});

test('no limit means the machine', () => {
  assert.equal(parseLimit('max\n', 1000), 1000);
  assert.equal(parseLimit('9223372036854771712', 1000), 1000);
  assert.equal(parseLimit('64\n', 1000), 64);
  assert.equal(parseMemTotal('MemTotal:        2048 kB\nMemFree: 1 kB\n'), 2_097_152);
});
