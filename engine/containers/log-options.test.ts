import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isEngineError } from '../errors/index.ts';
import { logDrivers, normaliseLog } from './log-options.ts';

test('the journal is a log driver where there is one', () => {
  assert.deepEqual(logDrivers(true), ['journald', 'json-file', 'local', 'none']);
  assert.deepEqual(logDrivers(false), ['json-file', 'local', 'none']);
});

test('every driver that is told can be asked for, and no other', () => {
  for (const driver of logDrivers()) assert.equal(normaliseLog({ driver }).driver, driver);
  for (const driver of ['journald', 'syslog', 'fluentd'].filter((name) => !logDrivers().includes(name))) {
    assert.throws(
      () => normaliseLog({ driver }),
      (error) => isEngineError(error, 'invalid_argument'),
    );
  }
});

test('the size of a buffer needs the mode that has one, and can be read', () => {
  const withOptions = (options: Record<string, string>) => normaliseLog({ driver: 'local', options });
  assert.equal(withOptions({ mode: 'non-blocking', 'max-buffer-size': '4m' }).driver, 'local');
  assert.throws(() => withOptions({ 'max-buffer-size': '4m' }), {
    message: "logger: max-buffer-size option is only supported with 'mode=non-blocking'",
  });
  assert.throws(() => withOptions({ mode: 'non-blocking', 'max-buffer-size': 'x' }), {
    message: "error parsing option max-buffer-size: invalid size: 'x'",
  });
});

test('labels, variables and a tag are options of every driver but local', () => {
  const options = { labels: 'a', 'env-regex': '^X', tag: '{{.Name}}' };
  assert.deepEqual(normaliseLog({ driver: '', options }).options, options);
  for (const name of Object.keys(options)) {
    assert.throws(() => normaliseLog({ driver: 'local', options: { [name]: 'x' } }), {
      code: 'invalid_argument',
      message: `unknown log opt '${name}' for log driver local`,
    });
  }
  assert.throws(() => normaliseLog({ driver: 'json-file', options: { tag: '{{.Nope}}' } }), {
    code: 'invalid_argument',
  });
});
