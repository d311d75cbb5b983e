import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyImageChanges } from '#engine/images/index.ts';
import { toChanges } from './commit-config.ts';
import { JsonObject } from './json-object.ts';

const container = { Cmd: ['old'], Entrypoint: ['before'], Env: ['A=1', 'B=2'], Labels: { kept: 'yes' }, User: 'me' };
const committed = (body: object) => applyImageChanges(container, toChanges(JsonObject.from(body, '')));

test('what a client sends is laid over the container, whatever characters it has', () => {
  const Env = ['A=a b=c', 'C="x" $HOME \\n', 'D='];
  const body = {
    Entrypoint: ['run', '--fast now'],
    Cmd: ['-v'],
    Env,
    Labels: { 'a b': 'c"d' },
    ExposedPorts: { '80/tcp': {} },
  };
  assert.deepEqual(committed({ ...body, Volumes: { '/d e': {} }, WorkingDir: '/w', StopSignal: 'INT', User: '' }), {
    Entrypoint: ['run', '--fast now'],
    Cmd: ['-v'],
    Env: ['A=a b=c', 'B=2', 'C="x" $HOME \\n', 'D='],
    Labels: { kept: 'yes', 'a b': 'c"d' },
    ExposedPorts: { '80/tcp': {} },
    Volumes: { '/d e': {} },
    WorkingDir: '/w',
    StopSignal: 'INT',
    User: 'me',
  });
});

test('nothing sent changes nothing', () => {
  assert.deepEqual(committed({}), container);
  assert.deepEqual(committed({ Cmd: null, Env: [], Labels: {}, Hostname: 'x' }), container);
});

test('a text of several lines is refused instead of becoming another instruction', () => {
  assert.throws(() => toChanges(JsonObject.from({ Env: ['A=1\nUSER root'] }, '')), { code: 'invalid_argument' });
});
