import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitWords } from './split-words.ts';

const CASES: [text: string, words: string[] | undefined][] = [
  ['', []],
  ['  sleep   60 ', ['sleep', '60']],
  [`sh -c "echo 'a b'; ls"`, ['sh', '-c', "echo 'a b'; ls"]],
  [`echo 'a "b" \\' c`, ['echo', 'a "b" \\', 'c']],
  ['a\\ b ""', ['a b', '']],
  ['echo $HOME;id', ['echo', '$HOME;id']],
  ['echo "open', undefined],
];

for (const [text, words] of CASES) {
  test(`splitWords reads ${JSON.stringify(text)}`, () => {
    assert.deepEqual(splitWords(text), words);
  });
}
