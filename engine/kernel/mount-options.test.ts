import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMountOptions } from './mount-options.ts';

const CASES: [string, { flags: number; propagation: number; data: string }][] = [
  ['', { flags: 0, propagation: 0, data: '' }],
  ['bind', { flags: 4096, propagation: 0, data: '' }],
  ['rbind,ro,rslave', { flags: 4096 | 16_384 | 1, propagation: (1 << 19) | 16_384, data: '' }],
  ['ro,rw', { flags: 0, propagation: 0, data: '' }],
  ['size=100m,uid=1000,nosuid,nodev', { flags: 6, propagation: 0, data: 'size=100m,uid=1000' }],
  [
    'addr=10.0.0.9,rw,nfsvers=4,soft,timeo=50,noatime',
    { flags: 1024, propagation: 0, data: 'addr=10.0.0.9,nfsvers=4,soft,timeo=50' },
  ],
];

for (const [text, expected] of CASES) {
  test(`options "${text}" are split into flags, propagation and the file system's own`, () => {
    assert.deepEqual(parseMountOptions(text), expected);
  });
}
