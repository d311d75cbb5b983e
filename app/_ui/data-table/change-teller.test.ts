import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChangeTeller } from './change-teller.ts';

test('a change of a watched row is said at once, the next ones together after five seconds, those of others never', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const said: (readonly string[])[] = [];
  using teller = new ChangeTeller((texts) => said.push(texts));
  const see = (web: string, db: string, other: string) =>
    teller.see(
      new Map([
        ['1', web],
        ['2', db],
        ['3', other],
      ]),
      (id) => id !== '3',
    );
  see('web: running', 'db: running', 'other: running');
  assert.deepEqual(said, []);
  see('web: stopping', 'db: running', 'other: exited');
  assert.deepEqual(said, [['web: stopping']]);
  see('web: exited', 'db: paused', 'other: running');
  see('web: running', 'db: paused', 'other: running');
  t.mock.timers.tick(4_999);
  assert.equal(said.length, 1);
  t.mock.timers.tick(1);
  assert.deepEqual(said[1], ['web: running', 'db: paused']);
  t.mock.timers.tick(5_000);
  assert.equal(said.length, 2);
  see('web: exited', 'db: paused', 'other: running');
  assert.deepEqual(said[2], ['web: exited']);
});
