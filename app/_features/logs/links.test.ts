import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findLinks } from './links.ts';

const found = (text: string) => findLinks(text).map(({ from, to }) => text.slice(from, to));

test('addresses of the web are found without the signs around them', () => {
  const cases: [string, string[]][] = [
    ['listening on http://localhost:3000.', ['http://localhost:3000']],
    [
      'see (https://a.example/x?y=1&z=2#top), then http://b.example/',
      ['https://a.example/x?y=1&z=2#top', 'http://b.example/'],
    ],
    ['https://en.wikipedia.org/wiki/A_(b)', ['https://en.wikipedia.org/wiki/A_(b)']],
    ['[http://[::1]:8080/]', ['http://[::1]:8080/']],
    ['"url":"https://a.example/","x":1', ['https://a.example/']],
    ['HTTPS://A.EXAMPLE', ['HTTPS://A.EXAMPLE']],
  ];
  for (const [text, links] of cases) assert.deepEqual(found(text), links, text);
});

test('what is not an address of the web stays text', () => {
  for (const text of [
    'javascript:alert(1)',
    'javascript://http://a',
    'data:text/html,<b>',
    'ftp://a.example',
    'file:///etc/passwd',
    'http://',
    'https://user:secret@a.example/',
    'xhttp://a.example',
    `http://a.example/${'x'.repeat(3_000)}`,
  ])
    assert.ok(
      findLinks(text).every(({ href }) => /^https?:\/\/a\/?$/.test(href)),
      text,
    );
  assert.equal(findLinks('http://a '.repeat(500)).length, 20);
  assert.equal(findLinks('go to http://a.example/x')[0]?.host, 'a.example');
});
