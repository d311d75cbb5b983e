import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { collectGarbage } from './index.ts';

test('what nothing refers to is gone afterwards, and nobody else can collect', async () => {
  let thing: object | undefined = { big: new Array(1_000).fill('x') };
  const watch = new WeakRef(thing);
  thing = undefined;
  // A weak reference holds what it was made for until the turn in which it was made ends.
  await new Promise((done) => setImmediate(done));
  collectGarbage();
  assert.equal(watch.deref(), thing);
  assert.equal(runInNewContext('typeof gc'), 'undefined');
});
