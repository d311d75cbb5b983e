import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseImageConfig } from './parse-image-json.ts';
import { parseStrictJson } from './strict-json.ts';

const parse = (text: string) => parseStrictJson(Buffer.from(text), 'It');

test('reads what JSON.parse reads', () => {
  const text = '{"a":[{"b":1},{"b":"x\\":{"}],"c":{"a":null},"d":"b"}';
  assert.deepEqual(parse(text), JSON.parse(text));
});

test('refuses repeated keys, depth, size and other text', () => {
  const table: [string, string][] = [
    ['{"a":1,"a":2}', 'It names "a" twice'],
    ['{"x":{"a":1 , "\\u0061" : 2}}', 'It names "a" twice'],
    [`${'['.repeat(65)}${']'.repeat(65)}`, 'It is nested too deeply'],
    ['{"a":', 'It is not valid JSON'],
    ['['.repeat(1_000_000), 'It is nested too deeply'],
  ];
  for (const [text, message] of table) assert.throws(() => parse(text), { code: 'data_corrupt', message });
  assert.throws(() => parseStrictJson(Buffer.from([0x22, 0xff, 0x22]), 'It'), { message: 'It is not UTF-8 text' });
  assert.throws(() => parseStrictJson(Buffer.alloc(9 << 20, ' '), 'It'), { code: 'data_corrupt' });
});

test('an image configuration loses nulls and is refused with members of a wrong type', () => {
  const good = { architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [] } };
  const read = (value: object) => parseImageConfig(Buffer.from(JSON.stringify(value)));
  assert.deepEqual(read({ ...good, config: { Cmd: ['x'], Env: null, Foo: 1 } }).config, { Cmd: ['x'] });
  const bad = [
    { ...good, config: { Env: 'A=1' } },
    { ...good, config: { Labels: { a: 1 } } },
    { ...good, rootfs: { diff_ids: ['sha256:12'] } },
    { ...good, rootfs: [] },
    { os: 'linux', rootfs: good.rootfs },
  ];
  for (const value of bad) assert.throws(() => read(value), { code: 'data_corrupt' }, JSON.stringify(value));
});
