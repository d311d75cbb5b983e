import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isEngineError } from '../errors/index.ts';
import { parseSignal } from './signals.ts';

test('signals by number, name and real-time offset', () => {
  const cases: [string, number][] = [
    ['9', 9],
    ['KILL', 9],
    ['SIGTERM', 15],
    ['sigusr1', 10],
    ['RTMIN+3', 37],
    ['SIGRTMAX-1', 63],
  ];
  for (const [text, signal] of cases) assert.equal(parseSignal(text), signal, text);
});

test('what is no signal is refused by name', () => {
  for (const text of ['NOPE', '0', '65', '', 'RTMIN+40', '-9']) {
    assert.throws(
      () => parseSignal(text),
      (error) => isEngineError(error, 'invalid_argument') && error.message === `invalid signal: ${text}`,
    );
  }
});
