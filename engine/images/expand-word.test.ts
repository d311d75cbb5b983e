import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expandWord } from './expand-word.ts';

const ENV = ['PATH=/bin', 'EMPTY=', 'A_1=x'];

for (const [word, expected] of [
  ['/usr/bin:$PATH', '/usr/bin:/bin'],
  ['\x24{PATH}s', '/bins'],
  ['"$A_1 y"', 'x y'],
  ["'$A_1'", '$A_1'],
  ['\\$A_1', '$A_1'],
  ['"\\$A_1 \\n"', '$A_1 \\n'],
  ['$NOPE', ''],
  ['\x24{EMPTY:-other}', 'other'],
  ['\x24{A_1:-other}', 'x'],
  ['\x24{A_1:+set}\x24{NOPE:+set}', 'set'],
  ['5$ and $$A_1', '5$ and $x'],
  ['\x24{', '\x24{'],
  ['a\\ b', 'a b'],
] as const) {
  test(`${word} becomes ${JSON.stringify(expected)}`, () => assert.equal(expandWord(word, ENV), expected));
}
