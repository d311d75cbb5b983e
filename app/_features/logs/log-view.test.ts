import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LogView, linkTo, readView, toParams } from './log-view.ts';

const VIEW: LogView = {
  words: 'a&b',
  regex: true,
  matchCase: true,
  wholeWord: true,
  show: 'hits',
  context: 5,
  wrap: true,
  times: 'utc',
  since: '1h',
  from: new Date('2026-11-21T10:00:00Z'),
  to: new Date('2026-11-21T11:00:00Z'),
  stream: 'stderr',
  place: { at: new Date('2026-11-21T10:59:38.114Z'), cursor: '8388613:1234' },
};

test('every choice is in the address and comes back from it', () => {
  const params = new URLSearchParams(toParams(VIEW));
  assert.deepEqual(readView(new URLSearchParams(params.toString()), false), VIEW);
  const plain = readView(new URLSearchParams(), false);
  const kept = Object.entries(toParams(plain)).filter(([, value]) => value !== '');
  assert.deepEqual(kept, [['wrap', 'off']]);
});

test('what is no valid value counts as not there; phones wrap', () => {
  const bad = 'since=3y&stream=x&context=7&show=none&from=soon&at=now&line=../../x';
  assert.deepEqual(readView(new URLSearchParams(bad), true), { ...readView(new URLSearchParams(), false), wrap: true });
});

test('a change touches only its own parameters', () => {
  assert.deepEqual(toParams({ from: undefined }), { from: '' });
  assert.deepEqual(toParams({ words: '' }), { q: '' });
});

test('the link to a line carries nothing else', () => {
  const place = { at: new Date('2026-11-21T10:59:38.114Z'), cursor: '1:2' };
  const link = linkTo(place, 'https://davit.example/containers/web/logs?q=secret&wrap=on#x');
  assert.equal(link, 'https://davit.example/containers/web/logs?at=2026-11-21T10%3A59%3A38.114Z&line=1%3A2');
});
