import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../errors/index.ts';
import { Throttle } from './throttle.ts';

function start() {
  let now = 1_000_000;
  const throttle = new Throttle(() => new Date(now));
  const wait = (account: string, address: string): number => {
    try {
      throttle.attempt(account, address);
      return 0;
    } catch (error) {
      assert.ok(error instanceof AppError && error.code === 'throttled');
      return Number(error.details['retryAfterSeconds']);
    }
  };
  return {
    throttle,
    wait,
    pass: (ms: number) => {
      now += ms;
    },
  };
}

test('an account waits from the fifth failure, doubling up to 15 minutes, and is never locked', () => {
  const { wait, pass } = start();
  for (let i = 0; i < 5; i += 1) assert.equal(wait('ann', `a${i}`), 0);
  for (const seconds of [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]) {
    assert.equal(wait('ann', 'b'), seconds);
    pass(seconds * 1000);
    assert.equal(wait('ann', 'b'), 0);
  }
  assert.equal(wait('bob', 'c'), 0);
});

test('every wrong try is told how many more are free, then how long the next one waits', () => {
  const { throttle, pass } = start();
  const told = (account: string) =>
    Array.from({ length: 7 }, () => {
      pass(10_000);
      return throttle.attempt(account, 'one');
    });
  const free = [4, 3, 2, 1].map((triesLeft) => ({ triesLeft, waitSeconds: 0 }));
  const waits = [1, 2, 4].map((waitSeconds) => ({ triesLeft: 0, waitSeconds }));
  assert.deepEqual(told('ann'), [...free, ...waits]);
  assert.deepEqual(told('nobody'), [...free, ...waits]);
});

test('a success forgets the failures', () => {
  const { throttle, wait } = start();
  for (let i = 0; i < 5; i += 1) wait('ann', `a${i}`);
  throttle.succeeded('ann');
  assert.equal(wait('ann', 'b'), 0);
});

test('an address has 30 attempts a minute over all accounts, the instance 300', () => {
  const { wait, pass } = start();
  for (let i = 0; i < 30; i += 1) assert.equal(wait(`user${i}`, 'one'), 0);
  assert.ok(wait('another', 'one') > 0);
  for (let i = 0; i < 270; i += 1) assert.equal(wait(`more${i}`, `address${i}`), 0);
  assert.ok(wait('last', 'fresh') > 0);
  pass(60_001);
  assert.equal(wait('last', 'fresh'), 0);
});

test('a clock that is set on or back keeps nobody waiting longer than without', () => {
  const { wait, pass } = start();
  for (let i = 0; i < 5; i += 1) wait('ann', `a${i}`);
  assert.equal(wait('ann', 'b'), 1);
  for (const jump of [-3_600_000, 10 * 365 * 86_400_000, -10 * 365 * 86_400_000]) {
    pass(jump);
    assert.equal(wait('ann', 'b'), 0, `${jump}`);
    for (let i = 0; i < 40; i += 1) wait(`user${i}`, 'one');
    assert.ok(wait('another', 'one') <= 60);
    pass(60_001);
    assert.equal(wait('another', 'one'), 0, `${jump}`);
  }
});
