// The tests that the documentation names are there, and the titles it quotes are theirs.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '..');
const FILE = /`([\w./-]+\.(?:test|itest|e2e|spec|suite)\.ts)`/g;
const QUOTED = /^,? "([^"]+)"/;

/** Files with the titles quoted right behind them. */
function namedTests(text: string): { file: string; titles: string[] }[] {
  return [...text.matchAll(FILE)].map((match) => {
    const titles: string[] = [];
    let rest = text.slice(match.index + match[0].length);
    for (let quoted = QUOTED.exec(rest); quoted !== null; quoted = QUOTED.exec(rest)) {
      titles.push(quoted[1] ?? '');
      rest = rest.slice(quoted[0].length);
    }
    return { file: match[1] ?? '', titles };
  });
}

test('what shows the capabilities of the engine is there', () => {
  const named = namedTests(readFileSync(join(ROOT, 'docs/engine.md'), 'utf8'));
  assert.ok(named.length > 50, `${named.length} tests are named`);
  const missing = named.flatMap(({ file, titles }) => {
    if (!existsSync(join(ROOT, file))) return [file];
    const source = readFileSync(join(ROOT, file), 'utf8');
    return titles.filter((title) => !source.includes(title)).map((title) => `${file}: "${title}"`);
  });
  assert.deepEqual(missing, []);
});

test('the tests of the faults are there', () => {
  const named = namedTests(readFileSync(join(ROOT, 'docs/faults.md'), 'utf8'));
  assert.ok(named.length > 50, `${named.length} tests are named`);
  const missing = named.filter(({ file }) => !existsSync(join(ROOT, file))).map(({ file }) => file);
  assert.deepEqual(missing, []);
});
