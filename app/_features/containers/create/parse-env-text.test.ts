import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatEnvText, parseEnvText } from './parse-env-text.ts';

const CASES: [text: string, variables: [string, string][], badLines?: number[]][] = [
  ['', []],
  [
    'A=1\r\nB=2',
    [
      ['A', '1'],
      ['B', '2'],
    ],
  ],
  ['# note\n\nexport A = x # why', [['A', 'x']]],
  ['A=b=c#d', [['A', 'b=c#d']]],
  [`A="x # y"`, [['A', 'x # y']]],
  [`A="l1\\nl2 \\"q\\" \\$H"`, [['A', 'l1\nl2 "q" $H']]],
  [`A='raw \\n'`, [['A', 'raw \\n']]],
  [
    'KEY="-----BEGIN\nabc\n-----END"\nB=1',
    [
      ['KEY', '-----BEGIN\nabc\n-----END'],
      ['B', '1'],
    ],
  ],
  ['EMPTY=', [['EMPTY', '']]],
  [
    'NAME\nexport OTHER\n',
    [
      ['NAME', ''],
      ['OTHER', ''],
    ],
  ],
  ['no assignment\nA=1\n=x', [['A', '1']], [1, 3]],
  ['A="open\nB=2', [['B', '2']], [1]],
];

for (const [text, variables, badLines = []] of CASES) {
  test(`parseEnvText reads ${JSON.stringify(text)}`, () => {
    const expected = { variables: variables.map(([name, value]) => ({ name, value })), badLines };
    assert.deepEqual(parseEnvText(text), expected);
  });
}

test('what is copied out of the rows is read back as it was', () => {
  const values = [
    '',
    'x',
    'two words',
    ' edges ',
    'a#b',
    'a # b',
    "it's",
    'say "hi"',
    'l1\nl2\r\n',
    '\\n',
    '$HOME',
    '-----B\nx\n',
  ];
  const variables = values.map((value, index) => ({ name: `V${index}`, value }));
  assert.deepEqual(parseEnvText(formatEnvText(variables)), { variables, badLines: [] });
});
