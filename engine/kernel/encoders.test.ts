import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deviceNumber, openHow } from './file-calls.ts';
import { mountAttributes } from './mount-calls.ts';
import { errnoName, SyscallError, toEngineError, toFailure } from './syscall-error.ts';

test('device numbers are split as glibc does it', () => {
  assert.equal(deviceNumber(0, 0), 0n);
  assert.equal(deviceNumber(1, 3), 0x103n);
  assert.equal(deviceNumber(259, 1), 0x10301n);
  assert.equal(deviceNumber(8, 0x12345), 0x12300845n);
  assert.equal(deviceNumber(0x12345, 1), 0x1200000034501n);
});

test('open_how asks to stay in the root and to close on exec', () => {
  const how = openHow(0o101, 0o644);
  assert.equal(how.readBigUInt64LE(0), 0o2000101n);
  assert.equal(how.readBigUInt64LE(8), 0o644n);
  assert.equal(how.readBigUInt64LE(16), 0x12n);
});

test('mount_attr has flags first and propagation third', () => {
  const attributes = mountAttributes(1, 1 << 18);
  assert.equal(attributes.length, 32);
  assert.equal(attributes.readBigUInt64LE(0), 1n);
  assert.equal(attributes.readBigUInt64LE(16), 0x40000n);
});

test('numbers have the names of the kernel', () => {
  assert.equal(errnoName(2), 'ENOENT');
  assert.equal(errnoName(11), 'EAGAIN');
  assert.equal(errnoName(9999), 'E9999');
});

test('a failure keeps call, number and words on its way out', () => {
  const failure = toFailure(new SyscallError({ syscall: 'fsconfig', errno: 'EINVAL', text: 'too many layers' }));
  const error = toEngineError('mount it', failure);
  assert.equal(error.code, 'internal');
  assert.equal(error.message, 'Kernel refused to mount it: too many layers');
  assert.deepEqual(error.details, { reason: 'kernel_refused', syscall: 'fsconfig', errno: 'EINVAL' });
});

test('errors of node itself are translated too', () => {
  const cause = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES', syscall: 'open' });
  assert.deepEqual(toFailure(cause), { syscall: 'open', errno: 'EACCES', text: 'EACCES: permission denied' });
  assert.equal(toEngineError('open it', toFailure(cause)).code, 'denied');
});
