import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMountInfo, unescapeOctal } from './mountinfo.ts';

test('a line with several propagation tags is understood', () => {
  const line = '36 35 98:0 /mnt1 /mnt2 rw,noatime shared:1 master:2 - ext3 /dev/root rw,errors=continue';
  assert.deepEqual(parseMountInfo(`${line}\n`), [
    {
      target: '/mnt2',
      fsType: 'ext3',
      source: '/dev/root',
      options: 'rw,noatime,errors=continue',
      propagation: 'shared',
    },
  ]);
});

test('a line without tags and a dash as source are understood', () => {
  assert.deepEqual(parseMountInfo('40 1 0:44 / /run/x ro - tmpfs - rw,size=4k'), [
    { target: '/run/x', fsType: 'tmpfs', source: '-', options: 'ro,rw,size=4k', propagation: 'private' },
  ]);
});

test('spaces, tabs and backslashes of a path are unescaped', () => {
  const [mount] = parseMountInfo('40 1 0:44 / /a\\040b\\011c\\134d rw - tmpfs none rw');
  assert.equal(mount?.target, '/a b\tc\\d');
});

test('an escaped backslash before digits is not unescaped twice', () => {
  assert.equal(unescapeOctal('\\134040'), '\\040');
});

test('broken lines are left out', () => {
  assert.deepEqual(parseMountInfo('\n36 35 98:0 / /x rw\ngarbage\n'), []);
});
