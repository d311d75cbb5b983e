import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tryParseBindOptions, tryParseTmpfsOptions, tryParseVolumeOptions } from './mount-options.ts';
import {
  formatMs,
  formatSize,
  tryParseDevice,
  tryParseDuration,
  tryParseEndpoint,
  tryParsePortRange,
  tryParseRate,
  tryParseUlimit,
} from './parse-entries.ts';

const CASES: [parse: (text: string) => unknown, text: string, value: unknown][] = [
  [tryParseDuration, '30s', 30_000],
  [tryParseDuration, ' 1m30s ', 90_000],
  [tryParseDuration, '1.5h', 5_400_000],
  [tryParseDuration, '500ms', 500],
  [tryParseDuration, '5', 5_000],
  [tryParseDuration, 'soon', undefined],
  [tryParseDuration, '5 s', undefined],
  [tryParseDevice, '/dev/fuse', { source: '/dev/fuse', target: '/dev/fuse', permissions: 'rwm' }],
  [tryParseDevice, '/dev/sda:r', { source: '/dev/sda', target: '/dev/sda', permissions: 'r' }],
  [tryParseDevice, '/dev/sda:/dev/xvda:rw', { source: '/dev/sda', target: '/dev/xvda', permissions: 'rw' }],
  [tryParseDevice, 'dev/sda', undefined],
  [tryParseDevice, '/dev/sda:/dev/b:x', undefined],
  [tryParseDevice, '/dev/a:/dev/b:r:w', undefined],
  [(text) => tryParseRate(text, false), '/dev/sda:1mb', { path: '/dev/sda', rate: 1024 ** 2 }],
  [(text) => tryParseRate(text, true), '/dev/sda:100', { path: '/dev/sda', rate: 100 }],
  [(text) => tryParseRate(text, true), '/dev/sda:1mb', undefined],
  [(text) => tryParseRate(text, false), 'sda', undefined],
  [tryParseUlimit, 'nofile=1024:2048', { name: 'nofile', soft: 1024, hard: 2048 }],
  [tryParseUlimit, 'core=-1', { name: 'core', soft: -1, hard: -1 }],
  [tryParseUlimit, 'nofile', undefined],
  [tryParseEndpoint, 'back', { network: 'back' }],
  [
    tryParseEndpoint,
    'name=back,alias=a,alias=b,ip=10.0.0.5',
    { network: 'back', ipv4: '10.0.0.5', aliases: ['a', 'b'] },
  ],
  [tryParseEndpoint, 'back,gw-priority=-1', { network: 'back', priority: -1 }],
  [tryParseEndpoint, 'back,color=red', undefined],
  [tryParseEndpoint, 'alias=a', undefined],
  [tryParsePortRange, '8000-8010', { first: 8000, last: 8010 }],
  [tryParsePortRange, '80', { first: 80, last: undefined }],
  [tryParsePortRange, '90-80', undefined],
  [tryParsePortRange, '0', undefined],
  [tryParseVolumeOptions, 'nocopy, volume-subpath=a/b', { noCopy: true, subpath: 'a/b' }],
  [tryParseVolumeOptions, 'rslave', undefined],
  [tryParseBindOptions, 'bind-propagation=rshared,must-exist', { propagation: 'rshared', createSource: false }],
  [tryParseBindOptions, 'bind-recursive=disabled', { nonRecursive: true }],
  [tryParseBindOptions, 'nocopy', undefined],
  [tryParseTmpfsOptions, 'mode=1777,noexec', { mode: 0o1777, options: 'noexec' }],
  [tryParseTmpfsOptions, 'mode=9', undefined],
  [tryParseTmpfsOptions, 'size=1m', undefined],
];

for (const [parse, text, value] of CASES) {
  test(`${text} is read${value === undefined ? ' as nothing' : ''}`, () => assert.deepEqual(parse(text), value));
}

test('sizes and times are written so that they mean exactly as much', () => {
  assert.deepEqual([formatSize(512 * 1024 ** 2), formatSize(1000), formatSize(0)], ['512m', '1000', '0']);
  assert.deepEqual([formatMs(90_000), formatMs(3_600_000), formatMs(500), formatMs(0)], ['1m30s', '1h', '500ms', '0s']);
});
