import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOperationPiece, kindOf, operationsHref, toOperationFilter, withKind } from './operation-query.ts';

const LABELS: Partial<Record<string, string>> = { 'image.load': 'Load', 'volume.prune': '清理数据卷' };
const asked = (query: string) => toOperationFilter(query, (kind) => LABELS[kind] ?? '');

test('fields and words are told apart', () => {
  assert.deepEqual(asked('kind:image.load actor:"Anna B" container:web'), {
    kinds: ['image.load'],
    actorName: 'Anna B',
    object: { type: 'container', key: 'web' },
    words: [],
  });
  assert.deepEqual(asked('nginx:1.27 actor:'), {
    words: [
      { text: 'nginx:1.27', kinds: [] },
      { text: 'actor:', kinds: [] },
    ],
  });
  assert.deepEqual(asked(''), { words: [] });
});

test('a word means the kinds that are called so on the page', () => {
  assert.deepEqual(asked('LOA 数据卷').words, [
    { text: 'LOA', kinds: ['image.load'] },
    { text: '数据卷', kinds: ['volume.prune'] },
  ]);
});

test('of a kind that there is not nothing is found', () => {
  assert.deepEqual(asked('kind:stack.up').kinds, []);
});

test('the kind that is chosen takes the place of another', () => {
  assert.equal(withKind('web kind:image.load', 'volume.prune'), 'kind:volume.prune web');
  assert.equal(withKind('web kind:image.load', ''), 'web');
  assert.equal(kindOf('web kind:image.load'), 'image.load');
  assert.equal(kindOf('web'), '');
});

test('an address asks for what it was made of', () => {
  const query = new URL(operationsHref('actor', 'Anna B'), 'http://x').searchParams.get('q') ?? '';
  assert.equal(isOperationPiece(query), true);
  assert.equal(asked(query).actorName, 'Anna B');
});
