import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatPair, parsePair } from './pair-lines.ts';

const VALUES = [
  '',
  'plain',
  'a=b=c',
  'two\nlines',
  'carriage\r\nreturn\n',
  ' blanks ',
  '"quoted"',
  '"open',
  'in "the" middle',
  'back\\slash',
  'back\\\nslash\\n',
  '\t',
];

test('every value of a label stands on one line and comes back as it was', () => {
  for (const value of VALUES) {
    const line = formatPair('key', value);
    assert.ok(!line.includes('\n'), JSON.stringify(line));
    assert.equal(line.trim(), line);
    assert.deepEqual(parsePair(line), ['key', value], JSON.stringify(line));
  }
});

test('what people type without quotes is taken as it stands', () => {
  assert.deepEqual(parsePair('a'), ['a', '']);
  assert.deepEqual(parsePair('a=b\\n'), ['a', 'b\\n']);
  assert.deepEqual(parsePair('a="b" c'), ['a', '"b" c']);
});
