import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FeedSocket, LogFeed } from './log-feed.ts';
import { isLine } from './log-window.ts';

const encode = (texts: readonly string[]) =>
  new TextEncoder().encode(
    texts
      .map(
        (text, at) =>
          `${JSON.stringify({ time: '2026-11-21T10:59:38Z', stream: 'stdout', text, cursor: `0:${at}` })}\n`,
      )
      .join(''),
  );

function setUp(place?: { at: Date; cursor: string }) {
  const listeners = new Map<string, (...args: unknown[]) => void>();
  const sent: [string, unknown][] = [];
  let page: readonly string[] = [];
  const socket = {
    connected: true,
    on(event: string, listener: (...args: unknown[]) => void) {
      listeners.set(event, listener);
      return socket;
    },
    off(event: string) {
      listeners.delete(event);
      return socket;
    },
    emit(event: string, input: unknown, reply?: (answer: unknown) => void) {
      sent.push([event, input]);
      reply?.({ lines: encode(page) });
    },
    connect: () => undefined,
    disconnect: () => undefined,
  };
  const feed = new LogFeed(socket as unknown as FeedSocket, {
    containerId: 'c1',
    stdout: true,
    stderr: true,
    since: undefined,
    tail: 10,
    place,
  });
  const close = feed.open();
  let acks = 0;
  let seq = 0;
  return {
    feed,
    sent,
    listeners,
    acks: () => acks,
    receive(...texts: string[]) {
      seq += 1;
      listeners.get('lines')?.(seq, encode(texts), () => {
        acks += 1;
      });
    },
    answerAnew() {
      seq = 0;
    },
    setPage: (...texts: string[]) => {
      page = texts;
    },
    texts: () => feed.window.entries.map((entry) => (isLine(entry) ? entry.text : 'gap')),
    [Symbol.dispose]: close,
  };
}

test('it follows, acknowledges what it has taken, and reads back', async () => {
  using t = setUp();
  assert.deepEqual(
    t.sent.map(([event]) => event),
    ['follow'],
  );
  t.receive('c', 'd');
  assert.equal(t.acks(), 1);
  t.setPage('a', 'b');
  assert.equal(await t.feed.loadOlder(), 2);
  assert.deepEqual(t.texts(), ['a', 'b', 'c', 'd']);
  t.setPage();
  assert.equal(await t.feed.loadOlder(), 0);
  assert.equal(t.feed.window.hasOlder, false);
});

test('a lost connection keeps what is being read and reads the end anew afterwards', () => {
  using t = setUp();
  t.receive('a');
  t.feed.pause();
  t.listeners.get('connect')?.();
  assert.deepEqual(t.texts(), ['a']);
  assert.equal(t.sent.length, 1);
  t.feed.resume();
  assert.deepEqual(t.texts(), []);
  assert.equal(t.sent.length, 2);
});

test('while something is pressed what comes waits, and stays waiting when that has paused it', () => {
  using t = setUp();
  t.receive('a');
  t.feed.hold();
  t.receive('b');
  assert.deepEqual(t.texts(), ['a']);
  t.feed.release();
  assert.deepEqual(t.texts(), ['a', 'b']);
  t.feed.hold();
  t.receive('c');
  t.feed.pause();
  t.feed.release();
  assert.deepEqual(t.texts(), ['a', 'b']);
  assert.equal(t.feed.window.waitingLines, 1);
});

test('nothing is drawn while something is pressed, not even what came before, until it is let go or has paused', ({
  mock,
}) => {
  mock.timers.enable({ apis: ['setTimeout'] });
  using t = setUp();
  let draws = 0;
  t.feed.subscribe(() => {
    draws += 1;
  });
  const drawn = () => {
    mock.timers.tick(1_000);
    return draws;
  };
  t.receive('a');
  t.feed.hold();
  t.receive('b');
  assert.equal(drawn(), 0);
  assert.equal(t.feed.drawn.length, 0);
  t.feed.release();
  assert.equal(drawn(), 1);
  assert.equal(t.feed.drawn.length, 2);
  t.feed.hold();
  t.feed.pause();
  assert.equal(drawn(), 2);
});

test('it is open once what was written is here, be it nothing', () => {
  using t = setUp();
  assert.equal(t.feed.isOpen, false);
  t.listeners.get('current')?.();
  assert.deepEqual([t.feed.isOpen, t.feed.isEnded, t.texts()], [true, false, []]);
});

test('after leaving it hears nothing', () => {
  const t = setUp();
  t[Symbol.dispose]();
  assert.equal(t.listeners.size, 0);
});

test('a link opens the lines around its place, standing still, and the end on demand', async () => {
  using test = setUp({ at: new Date('2026-11-21T10:59:38.114Z'), cursor: '0:1' });
  const asked = () =>
    test.sent.map(([message, input]) => [message, input as { from?: Date; before?: string }] as const);
  assert.deepEqual(asked()[0]?.[1].from, new Date('2026-11-21T10:59:38.113Z'));
  test.setPage('x', 'y');
  while (test.feed.window.entries.length === 0) await new Promise(setImmediate);
  assert.equal(asked()[1]?.[1].before, '0:1');
  assert.equal(test.feed.window.isPaused, true);
  assert.deepEqual(
    asked().map(([message]) => message),
    ['page', 'page'],
  );
  test.feed.resume();
  assert.equal(test.sent.at(-1)?.[0], 'follow');
});

test('of a follow that was asked for twice the lines are shown once', () => {
  using page = setUp();
  page.listeners.get('connect')?.();
  page.receive('one', 'two');
  page.answerAnew();
  page.receive('one', 'two');
  page.receive('three');
  assert.deepEqual(page.texts(), ['one', 'two', 'three']);
});

test('after a failure the log is asked for once more, and the failure is gone', () => {
  using t = setUp();
  t.feed.pause();
  t.receive('old');
  t.listeners.get('failed')?.({ code: 'internal' });
  assert.notEqual(t.feed.failure, undefined);
  const before = t.sent.length;
  t.feed.retry();
  assert.deepEqual([t.feed.failure, t.feed.isEnded], [undefined, false]);
  assert.deepEqual(
    t.sent.slice(before).map(([message]) => message),
    ['follow'],
  );
});
