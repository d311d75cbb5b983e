import assert from 'node:assert/strict';
import { lstatSync, readFileSync } from 'node:fs';
import { after, describe, it } from 'node:test';
import { applyBench } from '../testing/apply-bench.ts';
import { gnuLong, type TarMember } from '../testing/tar-builder.ts';

const { applier, apply, place, reasonOf } = applyBench();
after(() => applier[Symbol.asyncDispose]());

describe('apply refuses and contains', () => {
  const refused: [string, string, TarMember[]][] = [
    ['a climbing name', 'path_traversal', [{ name: '../canary/x', data: 'x' }]],
    ['a climbing name in the middle', 'path_traversal', [{ name: 'a/../../canary/x' }]],
    ['a climbing pax path', 'path_traversal', [{ name: 'a', pax: { path: '../canary/x' } }]],
    ['a climbing GNU name', 'path_traversal', [gnuLong('L', '../canary/x'), { name: 'a' }]],
    ['a climbing prefix', 'path_traversal', [{ name: 'x', patch: (b) => b.write('../canary', 345) }]],
    ['a root that is a link', 'root_not_folder', [{ name: './', type: '2', linkName: '../canary' }]],
    ['a part over 255 bytes', 'name_too_long', [gnuLong('L', 'a'.repeat(256)), { name: 'a' }]],
    ['1000 levels', 'path_too_deep', [gnuLong('L', 'a/'.repeat(1000)), { name: 'a', type: '5' }]],
    ['a link as parent', 'parent_not_folder', [{ name: 'l', type: '2', linkName: '../canary' }, { name: 'l/x' }]],
    [
      'a folder swapped for a link',
      'parent_not_folder',
      [{ name: 'd/', type: '5' }, { name: 'd', type: '2', linkName: '../canary' }, { name: 'd/x' }],
    ],
    [
      'an opaque mark through a link',
      'parent_not_folder',
      [{ name: 'l', type: '2', linkName: '../canary' }, { name: 'l/.wh..wh..opq' }],
    ],
    [
      'a whiteout through a link',
      'parent_not_folder',
      [{ name: 'l', type: '2', linkName: '../canary' }, { name: 'l/.wh.secret' }],
    ],
    ['a symbolic link to nothing', 'symlink_empty', [{ name: 'l', type: '2', linkName: '' }]],
    ['a hard link outside', 'path_traversal', [{ name: 'h', type: '1', linkName: '../canary/secret' }]],
    ['a hard link by pax outside', 'path_traversal', [{ name: 'h', type: '1', pax: { linkpath: '../canary/secret' } }]],
    ['a hard link by GNU name outside', 'path_traversal', [gnuLong('K', '../canary/secret'), { name: 'h', type: '1' }]],
    [
      'a hard link through a link',
      'hardlink_target',
      [
        { name: 'l', type: '2', linkName: '../canary' },
        { name: 'h', type: '1', linkName: 'l/secret' },
      ],
    ],
    [
      'a hard link to a folder',
      'hardlink_target',
      [
        { name: 'd/', type: '5' },
        { name: 'h', type: '1', linkName: 'd' },
      ],
    ],
    ['a hard link to nothing', 'hardlink_target', [{ name: 'h', type: '1', linkName: 'missing' }]],
    [
      'a hard link to itself',
      'hardlink_target',
      [
        { name: 'h', data: 'x' },
        { name: 'h', type: '1', linkName: 'h' },
      ],
    ],
    [
      'a hard link in the place of its target',
      'hardlink_target',
      [
        { name: 'd/f', data: 'x' },
        { name: 'd', type: '1', linkName: 'd/f' },
      ],
    ],
    ['a whiteout of ""', 'whiteout_name', [{ name: '.wh.' }]],
    ['a whiteout of .', 'whiteout_name', [{ name: 'd/.wh..' }]],
    ['a whiteout of ..', 'whiteout_name', [{ name: 'd/.wh...' }]],
    ['a whiteout of a whiteout', 'whiteout_name', [{ name: '.wh..wh.x' }]],
    ['a whiteout as a device', 'device_whiteout', [{ name: 'w', type: '3' }]],
    [
      'an oversized attribute',
      'attribute_too_large',
      [{ name: 'f', pax: { 'SCHILY.xattr.user.a': 'x'.repeat(70_000) } }],
    ],
    ['an owner of 2^32-1', 'owner_out_of_range', [{ name: 'f', uid: 2 ** 32 - 1 }]],
    ['a bad checksum', 'header_checksum', [{ name: 'f', badChecksum: true }]],
  ];
  for (const [title, reason, members] of refused) {
    it(title, async () => {
      using p = place();
      assert.equal(await reasonOf(apply(p.target, members)), `data_corrupt/${reason}`);
      p.assertUntouched();
    });
  }

  it('keeps absolute names, links to anywhere and odd names inside', async () => {
    using p = place();
    const odd = Buffer.concat([Buffer.from('-\\\n'), Buffer.from([0xff, 0xfe])]);
    await apply(p.target, [
      { name: '//abs//./f', data: 'x' },
      { name: 'l', type: '2', linkName: p.canary },
      { name: 'loop', type: '2', linkName: 'loop' },
      { name: 'hl', type: '1', linkName: '/l' },
      { name: odd, data: 'odd' },
      { name: 'l', data: 'replaces the link' },
    ]);
    assert.equal(readFileSync(p.at('abs', 'f'), 'utf8'), 'x');
    assert.ok(lstatSync(p.at('hl')).isSymbolicLink());
    assert.ok(lstatSync(p.at('l')).isFile());
    assert.equal(readFileSync(Buffer.concat([Buffer.from(`${p.target}/`), odd]), 'utf8'), 'odd');
    p.assertUntouched();
  });
});
