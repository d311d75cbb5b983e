import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonComplaint } from './json-syntax.ts';

for (const [text, words] of [
  ['{invalid', "invalid JSON: invalid character 'i' looking for beginning of object key string"],
  ['{"a":1,}', "invalid JSON: invalid character '}' looking for beginning of object key string"],
  ['{"a" 1}', "invalid JSON: invalid character '1' after object key"],
  ['{"a":1 "b"}', "invalid JSON: invalid character '\"' after object key:value pair"],
  ['[1 2]', "invalid JSON: invalid character '2' after array element"],
  ['nope', "invalid JSON: invalid character 'o' looking for beginning of value"],
  ['{"a":"\\q"}', "invalid JSON: invalid character 'q' in string escape code"],
  ['\ufeff{}', "invalid JSON: invalid character '\\ufeff' looking for beginning of value"],
  ['{"a":"\u0001"}', "invalid JSON: invalid character '\\x01' in string"],
  ['{"a":', 'invalid JSON: unexpected EOF'],
  ['{"a', 'invalid JSON: unexpected EOF'],
  ['{', 'invalid JSON: unexpected EOF'],
  ['{} trash', 'unexpected content after JSON'],
  ['{}{}', 'unexpected content after JSON'],
] as const) {
  test(`${text} is answered with: ${words}`, () => {
    let said: unknown;
    try {
      JSON.parse(text);
    } catch (error) {
      said = error;
    }
    assert.equal(jsonComplaint(text, said), words);
  });
}
