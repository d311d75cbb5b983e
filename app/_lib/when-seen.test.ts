import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whenSeen, whileSeen } from './when-seen.ts';

class FakePage extends EventTarget {
  hidden = false;
  set(hidden: boolean) {
    this.hidden = hidden;
    this.dispatchEvent(new Event('visibilitychange'));
  }
}

test('a page that is seen works at once, a hidden one not at all, and once when it is seen again', () => {
  const page = new FakePage();
  let done = 0;
  const count = () => {
    done += 1;
  };
  const work = whenSeen(count, page as unknown as Document);
  work.ask();
  assert.equal(done, 1);
  page.set(true);
  for (let asked = 0; asked < 1_000; asked += 1) work.ask();
  assert.equal(done, 1);
  page.set(false);
  assert.equal(done, 2);
  page.set(true);
  page.set(false);
  assert.equal(done, 2);
  page.set(true);
  work.ask();
  work[Symbol.dispose]();
  page.set(false);
  assert.equal(done, 2);
});

test('what follows something ends with the sight of it, after a while, and begins anew', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const page = new FakePage();
  const log: string[] = [];
  const begin = () => {
    log.push('begin');
    return () => void log.push('end');
  };
  const leave = whileSeen(begin, 30_000, page as unknown as Document);
  page.set(true);
  t.mock.timers.tick(29_000);
  page.set(false);
  t.mock.timers.tick(60_000);
  assert.deepEqual(log, ['begin'], 'a short look elsewhere changes nothing');
  page.set(true);
  t.mock.timers.tick(30_000);
  assert.deepEqual(log, ['begin', 'end']);
  page.set(false);
  assert.deepEqual(log, ['begin', 'end', 'begin']);
  leave();
  page.set(true);
  page.set(false);
  assert.deepEqual(log, ['begin', 'end', 'begin', 'end']);
});
