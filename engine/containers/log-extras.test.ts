import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newContainerId } from '../lib/index.ts';
import { checkLogExtras, logDetails } from './log-extras.ts';

const id = newContainerId();

function detailsOf(options: Record<string, string>, driver = 'json-file') {
  const labels = { a: 'label', b: 'x y+z/ü~!*()', team: '' };
  const config = { image: 'bb:1', labels, log: { driver, options } };
  const process = { args: ['echo', 'hi'], env: ['a=variable', 'X1=1', 'EMPTY'] };
  return logDetails({ id, name: 'web', imageId: 'sha256:0123456789abcdef', config, process });
}

test('details are written as by dockerd: in order, escaped, a variable before a label of the same name', () => {
  assert.equal(detailsOf({ labels: 'a,b,a,absent', env: 'a' }), 'a=variable,b=x+y%2Bz%2F%C3%BC~%21%2A%28%29');
  assert.equal(detailsOf({ 'labels-regex': '^t', 'env-regex': '^[XE]' }), 'EMPTY=,X1=1,team=');
  assert.equal(
    detailsOf({ tag: '{{.ID}}/{{.ImageID}} {{ .Command }}' }),
    `tag=${id.slice(0, 12)}%2Fsha256%3A01234+echo+hi`,
  );
});

test('without options, and of the driver local, there are none', () => {
  assert.equal(detailsOf({}), '');
  assert.equal(detailsOf({ labels: 'a' }, 'local'), '');
});

test('what would not be understood is refused', () => {
  for (const tag of ['{{.Nope}}', '{{.ID', '{{toString}}']) {
    assert.throws(() => checkLogExtras({ tag }), { code: 'invalid_argument', message: /^invalid log tag: \{\{/ });
  }
  assert.throws(() => checkLogExtras({ 'labels-regex': '(' }), /invalid labels-regex/);
  assert.throws(() => checkLogExtras({ 'env-regex': '[' }), /invalid env-regex/);
  checkLogExtras({ tag: 'plain {{.Name}}' });
});
