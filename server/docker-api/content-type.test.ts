import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contentTypeComplaint } from './content-type.ts';

test('a type of JSON is known with parameters, in capitals and with one semicolon too many', () => {
  for (const type of [
    'application/json',
    ' Application/JSON ',
    'application/json;',
    'application/json; a="b;\\"c"; d=e',
  ]) {
    assert.equal(contentTypeComplaint(type), undefined, type);
  }
});

test('what is malformed is told in the words of Go, and with its bytes', () => {
  const malformed: Readonly<Record<string, string>> = {
    '': 'no media type',
    'application/': 'expected token after slash',
    'a b': 'expected slash after first token',
    'a/b c': 'unexpected content after media subtype',
    'a/b; c': 'invalid media parameter',
    'a/b;; c=d': 'invalid media parameter',
    'a/b; c="d': 'invalid media parameter',
    'a/b; c=d; C=e': 'duplicate parameter name',
  };
  for (const [type, words] of Object.entries(malformed)) {
    assert.equal(contentTypeComplaint(type), `malformed Content-Type header (${type}): mime: ${words}`);
  }
  const bytes = Buffer.from('a/b; ä=c').toString('latin1');
  assert.match(contentTypeComplaint(bytes) ?? '', /header \(a\/b; ä=c\)/);
});

test('another type is named', () => {
  assert.equal(
    contentTypeComplaint('text/plain; charset=utf-8'),
    "unsupported Content-Type header (text/plain; charset=utf-8): must be 'application/json'",
  );
});
