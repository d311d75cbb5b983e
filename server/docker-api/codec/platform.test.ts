import assert from 'node:assert/strict';
import { arch } from 'node:os';
import { test } from 'node:test';
import { tryParsePlatform } from './platform.ts';

const own = arch() === 'x64' ? 'amd64' : arch();

for (const [text, platform] of [
  ['linux/amd64', { os: 'linux', architecture: 'amd64' }],
  ['Linux/aarch64/v8', { os: 'linux', architecture: 'arm64', variant: 'v8' }],
  ['arm64', { os: 'linux', architecture: 'arm64' }],
  ['linux', { os: 'linux', architecture: own }],
  ['windows', { os: 'windows', architecture: own }],
  ['', undefined],
] as const) {
  test(`the platform ${text || 'nobody asked for'} is read`, () => {
    assert.deepEqual(tryParsePlatform(text), platform);
  });
}

const PART = 'platform specifier component must match "^[A-Za-z0-9_.-]+$": invalid argument';
const FIRST =
  'OSAndVersion specifier component must match "^([A-Za-z0-9_-]+)(?:\\\\(([A-Za-z0-9_.%-]*)((?:\\\\+[A-Za-z0-9_.%-]+)*)\\\\))?$": invalid argument';

for (const [text, words] of [
  ['x', '"x": unknown operating system or architecture: invalid argument'],
  ['a b', `"a b" is an invalid OS component of "a b": ${FIRST}`],
  ['linux/', `"" is an invalid component of "linux/": ${PART}`],
  ['a/b/c/d/e', `"d/e" is an invalid component of "a/b/c/d/e": ${PART}`],
  ['a/b/c/d', '"a/b/c/d": cannot parse platform specifier: invalid argument'],
] as const) {
  test(`the platform ${text} is refused as dockerd 28.5.2 does`, () => {
    assert.throws(() => tryParsePlatform(text), { code: 'invalid_argument', message: words });
  });
}
