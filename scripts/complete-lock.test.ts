import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findMissing } from './complete-lock.ts';

test('an optional package without an entry is added with its platform', () => {
  const lock = {
    packages: {
      '': {},
      'node_modules/a': {
        dev: true,
        optionalDependencies: { '@a/linux-arm64-musl': '1.2.3', '@a/linux-x64': '1.2.3' },
      },
      'node_modules/@a/linux-x64': { version: '1.2.3' },
    },
  };
  assert.deepEqual(findMissing(lock), {
    'node_modules/@a/linux-arm64-musl': {
      version: '1.2.3',
      os: ['linux'],
      cpu: ['arm64'],
      libc: ['musl'],
      optional: true,
      dev: true,
    },
  });
});

test('an entry nested below its dependent counts as there', () => {
  const lock = {
    packages: {
      '': {},
      'node_modules/a': { optionalDependencies: { b: '1.0.0' } },
      'node_modules/a/node_modules/b': { version: '1.0.0' },
    },
  };
  assert.deepEqual(findMissing(lock), {});
});

test('a range instead of a version is refused by name', () => {
  const lock = { packages: { '': { optionalDependencies: { 'x-linux-x64': '^1.0.0' } } } };
  assert.throws(() => findMissing(lock), /x-linux-x64@\^1\.0\.0/);
});
