import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathStatHeader } from './path-stat.ts';

const passwd = {
  name: 'passwd',
  sizeBytes: 71,
  mode: 0o100644,
  mtime: new Date('2026-11-21T11:06:15Z'),
  linkTarget: '',
};

const decoded = (text: string) => JSON.parse(Buffer.from(text, 'base64').toString('utf8'));

test('the header is what dockerd sends', async () => {
  const text = await readFile(join(import.meta.dirname, 'golden/archive-head.json'), 'utf8');
  assert.equal(pathStatHeader(passwd), JSON.parse(text).headers['X-Docker-Container-Path-Stat']);
});

for (const [what, mode, expected] of [
  ['a folder', 0o040755, 2 ** 31 + 0o755],
  ['a sticky folder', 0o041777, 2 ** 31 + 2 ** 20 + 0o777],
  ['a link', 0o120777, 2 ** 27 + 0o777],
  ['a setuid program', 0o104755, 2 ** 23 + 0o755],
  ['a setgid folder', 0o042750, 2 ** 31 + 2 ** 22 + 0o750],
  ['a named pipe', 0o010600, 2 ** 25 + 0o600],
  ['a terminal', 0o020620, 2 ** 26 + 2 ** 21 + 0o620],
  ['a disk', 0o060660, 2 ** 26 + 0o660],
] as const) {
  test(`the mode of ${what} is the one of Go`, () => {
    assert.equal(decoded(pathStatHeader({ ...passwd, mode })).mode, expected);
  });
}

test('fractions of a second are written without zeros at the end', () => {
  const header = pathStatHeader({ ...passwd, mtime: new Date('2026-11-21T11:06:15.250Z') });
  assert.equal(decoded(header).mtime, '2026-11-21T11:06:15.25Z');
});
