import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseBusyTicks, parseDiskstats, parseMemory, readHostCounters, sumNetworks } from './host-counters.ts';

test('time as a guest and waiting for disks is not work', () => {
  assert.deepEqual(parseBusyTicks('cpu  100 0 100 700 100 0 0 0 50 0\ncpu0 1 2 3\n'), { cpuBusy: 200, cpuTotal: 1000 });
});

test('memory in use is what is not available', () => {
  const text =
    'MemTotal:       1000 kB\nMemFree:         100 kB\nMemAvailable:    600 kB\nSwapTotal: 10 kB\nSwapFree: 4 kB\n';
  assert.deepEqual(parseMemory(text), { memoryTotalBytes: 1_024_000, memoryUsedBytes: 409_600, swapUsedBytes: 6_144 });
});

test('disks are counted once, without their partitions', () => {
  const text = `   8       0 sda 100 5 2000 50 200 6 4000 80 0 100 130
   8       1 sda1 90 5 1900 50 190 6 3900 80 0 100 130
 254       0 vda 1 0 10 0 1 0 20 0 0 0 0
`;
  assert.deepEqual(parseDiskstats(text, new Set(['sda', 'vda'])), { readBytes: 2010 * 512, writeBytes: 4020 * 512 });
});

test('links that lead out are counted, the others and the loopback are not', () => {
  const line = (name: string, rx: number, tx: number) => `  ${name}: ${rx} 1 0 0 0 0 0 0 ${tx} 1 0 0 0 0 0 0\n`;
  const text = `Inter-|   Receive\n face |bytes\n${line('lo', 9, 9)}${line('eth0', 100, 20)}${line('veth1', 50, 50)}`;
  assert.deepEqual(
    sumNetworks(text, (name) => name !== 'veth1'),
    { rxBytes: 100, txBytes: 20 },
  );
});

test('this host has memory, a disk and time that went by', () => {
  const counters = readHostCounters('/');
  assert.ok(counters.cpuTotal >= counters.cpuBusy && counters.cpuBusy > 0);
  assert.ok(counters.memoryTotalBytes > counters.memoryUsedBytes && counters.memoryUsedBytes > 0);
  assert.ok(counters.diskTotalBytes > 0 && counters.load1 >= 0);
});
