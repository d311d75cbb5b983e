import assert from 'node:assert/strict';
import { test } from 'node:test';
import { familiarReference, normalizeReference, parseReference, tryParseReference } from './reference.ts';

const HEX = 'a'.repeat(64);

test('fills in domain, library and latest as Docker does', () => {
  const table: [string, string, string][] = [
    ['nginx', 'docker.io/library/nginx:latest', 'nginx'],
    ['nginx:1.27', 'docker.io/library/nginx:1.27', 'nginx:1.27'],
    ['team/app:v1', 'docker.io/team/app:v1', 'team/app:v1'],
    ['index.docker.io/nginx', 'docker.io/library/nginx:latest', 'nginx'],
    ['docker.io/nginx:1', 'docker.io/library/nginx:1', 'nginx:1'],
    ['docker.io/library/a/b:1', 'docker.io/library/a/b:1', 'library/a/b:1'],
    ['localhost', 'docker.io/library/localhost:latest', 'localhost'],
    ['localhost/app', 'localhost/app:latest', 'localhost/app'],
    ['localhost:5000/app', 'localhost:5000/app:latest', 'localhost:5000/app'],
    ['[::1]:5000/a/b:t', '[::1]:5000/a/b:t', '[::1]:5000/a/b:t'],
    ['Host/app', 'Host/app:latest', 'Host/app'],
    ['ghcr.io/o/n_a__b-c--d.e:T_1', 'ghcr.io/o/n_a__b-c--d.e:T_1', 'ghcr.io/o/n_a__b-c--d.e:T_1'],
    [`nginx@sha256:${HEX}`, `docker.io/library/nginx@sha256:${HEX}`, `nginx@sha256:${HEX}`],
    [`nginx:1@sha256:${HEX}`, `docker.io/library/nginx:1@sha256:${HEX}`, `nginx:1@sha256:${HEX}`],
  ];
  for (const [text, full, familiar] of table) {
    assert.equal(normalizeReference(text), full, text);
    assert.equal(familiarReference(text), familiar, text);
    assert.equal(normalizeReference(normalizeReference(text)), full, `${text} twice`);
  }
});

test('names the parts', () => {
  assert.deepEqual(parseReference(`r.io:1/a/b:c@sha256:${HEX}`), {
    domain: 'r.io:1',
    path: 'a/b',
    tag: 'c',
    digest: `sha256:${HEX}`,
  });
  assert.deepEqual(parseReference('a'), { domain: 'docker.io', path: 'library/a' });
});

test('refuses with the words Docker uses', () => {
  const table: [string, string][] = [
    ['', 'invalid reference format'],
    [':1', 'invalid reference format'],
    ['a:', 'invalid reference format'],
    ['a b', 'invalid reference format'],
    ['a/', 'invalid reference format'],
    ['a//b', 'invalid reference format'],
    ['-a', 'invalid reference format'],
    ['a___b', 'invalid reference format'],
    ['a\n', 'invalid reference format'],
    [`a:${'t'.repeat(129)}`, 'invalid reference format'],
    ['a@sha256:12', 'invalid reference format'],
    ['BAD', 'invalid reference format: repository name (library/BAD) must be lowercase'],
    ['r.io/Bad:1', 'invalid reference format: repository name (Bad) must be lowercase'],
    [HEX, `invalid repository name (${HEX}), cannot specify 64-byte hexadecimal strings`],
    [`${'a'.repeat(250)}/${'b'.repeat(9)}`, 'repository name must not be more than 255 characters'],
    [`a@md5:${'0'.repeat(32)}`, 'unsupported digest algorithm'],
    [`a@sha256:${'0'.repeat(63)}`, 'invalid checksum digest length'],
    [`a@sha256:${'A'.repeat(64)}`, 'invalid checksum digest format'],
  ];
  for (const [text, message] of table) {
    assert.throws(() => parseReference(text), { code: 'invalid_argument', message }, JSON.stringify(text));
    assert.equal(tryParseReference(text), undefined);
  }
});

test('answers at once for a text made to be slow', () => {
  const started = performance.now();
  assert.equal(tryParseReference(`${'a-'.repeat(100_000)}!`), undefined);
  assert.equal(tryParseReference(`${'a.'.repeat(1_000)}!`), undefined);
  assert.ok(performance.now() - started < 500);
});
