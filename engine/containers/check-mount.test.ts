import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkMount } from './check-mount.ts';
import type { MountSpec } from './container-service.ts';

const bind = (change: Partial<Extract<MountSpec, { type: 'bind' }>> = {}): MountSpec => ({
  type: 'bind',
  source: '/srv',
  target: '/a',
  readOnly: false,
  ...change,
});
const volume = (change: Partial<Extract<MountSpec, { type: 'volume' }>> = {}): MountSpec => ({
  type: 'volume',
  name: 'data',
  target: '/a',
  readOnly: false,
  ...change,
});

const REFUSED: [MountSpec, string][] = [
  [volume({ target: '' }), 'invalid mount config for type "volume": field Target must not be empty'],
  [
    volume({ target: '/.//' }),
    `invalid mount config for type "volume": invalid specification: destination can't be '/'`,
  ],
  [bind({ target: 'a' }), `invalid mount config for type "bind": invalid mount path: 'a' mount path must be absolute`],
  [
    bind({ source: 'srv' }),
    `invalid mount config for type "bind": invalid mount path: 'srv' mount path must be absolute`,
  ],
  [bind({ propagation: 'wide' }), 'invalid mount config for type "bind": invalid propagation mode: wide'],
  [
    volume({ name: undefined, subpath: 'x' }),
    'invalid mount config for type "volume": must not set Subpath when using anonymous volumes',
  ],
  [
    bind({ readOnlyRecursion: 'none' }),
    'invalid mount config for type "bind": recursive read-only options need a read-only mount',
  ],
  [
    bind({ readOnly: true, readOnlyRecursion: 'force', propagation: 'rshared' }),
    'invalid mount config for type "bind": recursive read-only needs a recursive mount with propagation rprivate',
  ],
  ...['/x', '../x', 'a/../../x', ''].map((subpath): [MountSpec, string] => [
    volume({ subpath }),
    'invalid mount config for type "volume": subpath must be a relative path within the volume',
  ]),
];

for (const [mount, message] of REFUSED) {
  test(`refused: ${message}`, () => {
    assert.throws(() => checkMount(mount), { code: 'invalid_argument', message });
  });
}

test('accepted: what Docker accepts', () => {
  for (const mount of [
    bind({ readOnly: true, readOnlyRecursion: 'force' }),
    bind({ readOnly: true, readOnlyRecursion: 'none', nonRecursive: true, propagation: 'rslave' }),
    volume({ subpath: 'a/../b' }),
    volume({ name: undefined }),
  ])
    checkMount(mount);
});

test('other types are refused by name', () => {
  const image = { ...volume(), type: 'image' } as unknown as MountSpec;
  assert.throws(() => checkMount(image), { code: 'unsupported', message: /type "image"/ });
});
