// The table in docs/acceptance.md and the tests say the same.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const NUMBERS = [
  ...Array.from({ length: 20 }, (_, index) => `1.${index + 1}`),
  ...Array.from({ length: 7 }, (_, index) => `2.${index + 1}`),
];
const table = readFileSync(join(import.meta.dirname, '../../docs/acceptance.md'), 'utf8');

test('each acceptance sentence names exactly the files with a test whose title begins with its number', () => {
  const listed = new Map<string, string[]>();
  for (const [, number = '', files = ''] of table.matchAll(/^\| (\d\.\d+) \|.*\| (.*) \|$/gm))
    listed.set(number, [...files.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file).sort());
  assert.deepEqual([...listed.keys()], NUMBERS);
  const found = new Map<string, Set<string>>(NUMBERS.map((number) => [number, new Set()]));
  for (const file of globSync('*.spec.ts', { cwd: import.meta.dirname })) {
    const text = readFileSync(join(import.meta.dirname, file), 'utf8');
    for (const [, number = ''] of text.matchAll(/(?:test\(|^\s+(?:en|zh): )'(\d\.\d+) /gm))
      found.get(number)?.add(file);
  }
  for (const number of NUMBERS) assert.deepEqual([...(found.get(number) ?? [])].sort(), listed.get(number), number);
});
