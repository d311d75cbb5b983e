import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findLiteralTexts } from './literal-text.ts';

const textsIn = (source: string): string[] => findLiteralTexts({ path: 'app/x.tsx', source });

const REFUSED: [source: string, text: string][] = [
  ['<p>Save it</p>', 'Save it'],
  ['<button aria-label="Close">x</button>', 'Close'],
  ['<input placeholder="Your name" />', 'Your name'],
  ['<a title={"Open"} />', 'Open'],
  ["<p>{open ? 'Open' : t('closed')}</p>", 'Open'],
  ["<p>{name || 'nobody'}</p>", 'nobody'],
  [`<p>{\`for \${n} days\`}</p>`, 'for'],
  ['<>镜像</>', '镜像'],
];

for (const [source, text] of REFUSED) {
  test(`refuses ${source}`, () => {
    assert.ok(textsIn(`const x = ${source};`).includes(`app/x.tsx:1: "${text}"`));
  });
}

test('lets pass what is no text: translations, signs, classes, forms to type, our name', () => {
  const source = `const x = <p className="text-muted" aria-label={t('close')}>{t('save')} · {n}% <b>Davit</b>
    <input placeholder="/srv/data" /><input placeholder="NAME=value" type="text" /></p>;`;
  assert.deepEqual(textsIn(source), []);
});

test('names the line', () => {
  assert.deepEqual(textsIn('const x = (\n  <p>\n    <b>Save it</b>\n  </p>\n);'), ['app/x.tsx:3: "Save it"']);
});
