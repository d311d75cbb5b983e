import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAnsi, plainText } from './ansi.ts';

const CASES: readonly [string, ReturnType<typeof parseAnsi>][] = [
  ['plain', [{ text: 'plain', style: {} }]],
  ['', []],
  [
    '\u001b[31mred\u001b[0m off',
    [
      { text: 'red', style: { fg: { palette: 1 } } },
      { text: ' off', style: {} },
    ],
  ],
  ['\u001b[1;97;44mx', [{ text: 'x', style: { bold: true, fg: { palette: 15 }, bg: { palette: 4 } } }]],
  ['\u001b[38;5;208mx', [{ text: 'x', style: { fg: { rgb: 'rgb(255 135 0)' } } }]],
  ['\u001b[48;5;244mx', [{ text: 'x', style: { bg: { rgb: 'rgb(128 128 128)' } } }]],
  ['\u001b[38;5;9mx', [{ text: 'x', style: { fg: { palette: 9 } } }]],
  ['\u001b[38;2;1;2;3;1mx', [{ text: 'x', style: { fg: { rgb: 'rgb(1 2 3)' }, bold: true } }]],
  [
    '\u001b[1;3mx\u001b[22my',
    [
      { text: 'x', style: { bold: true, italic: true } },
      { text: 'y', style: { italic: true } },
    ],
  ],
  ['\u001b[38;5;999mx', [{ text: 'x', style: {} }]],
  [
    'a\u001b[2K\u001b]0;title\u0007b\u001b[',
    [
      { text: 'a', style: {} },
      { text: 'b', style: {} },
    ],
  ],
  ['10 %\r50 %\r100 %\r', [{ text: '100 %', style: {} }]],
  ['<img onerror=alert(1)>', [{ text: '<img onerror=alert(1)>', style: {} }]],
  ['a\u202eb\u0000\tc', [{ text: 'a\ufffdb\tc', style: {} }]],
];

test('a line becomes spans of one style; other escapes and control characters are dropped', () => {
  for (const [line, spans] of CASES) assert.deepEqual(parseAnsi(line), spans, JSON.stringify(line));
});

test('the plain text is what the spans show', () => {
  for (const [line, spans] of CASES) assert.equal(plainText(line), spans.map(({ text }) => text).join(''));
});
