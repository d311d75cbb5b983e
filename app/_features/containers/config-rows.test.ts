import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configGroups } from './config-rows.ts';
import { plainConfig } from './create/plain-config.ts';

const process = {
  args: ['nginx', '-g', 'daemon off;'],
  env: [],
  cwd: '/',
  user: '',
  stopSignal: 15,
  stopTimeoutSeconds: 10,
};

function rowsOf(change: Parameters<typeof plainConfig>[0]) {
  const groups = configGroups({ name: 'web', config: plainConfig(change), process });
  return new Map(groups.flatMap(({ rows }) => rows.map((row) => [row.key, row])));
}

test('what the image says is shown as such, what nobody set is not shown', () => {
  const rows = rowsOf({});
  assert.deepEqual([...rows.keys()], ['image', 'name', 'command', 'workingDir', 'user', 'network', 'restart']);
  assert.deepEqual(rows.get('command')?.value, { kind: 'texts', texts: ["nginx -g 'daemon off;'"] });
  assert.equal(rows.get('command')?.fromImage, true);
  assert.deepEqual(rows.get('user')?.value, { kind: 'texts', texts: ['root'] });
});

test('sizes are bytes, -1 is no limit, several entries are several lines', () => {
  const rows = rowsOf({
    resources: { memoryBytes: 1000, memorySwapBytes: -1, pidsLimit: -1 },
    dns: ['1.1.1.1', '9.9.9.9'],
    command: ['sleep', '9'],
    tty: true,
  });
  assert.deepEqual(rows.get('memory')?.value, { kind: 'bytes', bytes: 1000 });
  assert.deepEqual([rows.get('memorySwap')?.value.kind, rows.get('pidsLimit')?.value.kind], ['unlimited', 'unlimited']);
  assert.deepEqual(rows.get('dns')?.value, { kind: 'texts', texts: ['1.1.1.1', '9.9.9.9'] });
  assert.equal(rows.get('command')?.fromImage, undefined);
  assert.deepEqual([rows.get('tty')?.value, rows.get('tty')?.flag], [{ kind: 'on' }, '--tty']);
});
