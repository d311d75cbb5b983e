import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findBrokenLinks } from './doc-links.ts';

const brokenIn = (text: string): string[] =>
  findBrokenLinks(
    [
      { path: 'README.md', text },
      { path: 'docs/a.md', text: '# The first page\n\n## How, and why?\n' },
    ],
    (path) => ['README.md', 'docs', 'docs/a.md', 'docs/screens/a.png'].includes(path),
  );

test('links to files, folders, headings and the web that exist are fine', () => {
  const text = `# Here
[a](docs/a.md) [b](docs/) [c](docs/a.md#how-and-why) [d](#here) [e](https://example.org/x "x")
<img src="docs/screens/a.png" alt="a">`;
  assert.deepEqual(brokenIn(text), []);
});

test('files, images and headings that are not there are named', () => {
  assert.deepEqual(brokenIn('[a](docs/b.md) ![b](docs/screens/b.png) [c](docs/a.md#what) <img src="x.png"> [d](#x)'), [
    'README.md: "docs/b.md": no such file',
    'README.md: "docs/screens/b.png": no such file',
    'README.md: "docs/a.md#what": no such heading',
    'README.md: "#x": no such heading',
    'README.md: "x.png": no such file',
  ]);
  assert.deepEqual(brokenIn('[a](/srv/notes.md)'), ['README.md: "/srv/notes.md": a path of one machine']);
});

test('code is no link', () => {
  assert.deepEqual(brokenIn('`[a](b)`\n\n```md\n[c](d)\n```\n'), []);
});
