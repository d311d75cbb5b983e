import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { test } from 'node:test';
import { NftCalls } from './nft-calls.ts';
import { SyscallError, toEngineError, toFailure } from './syscall-error.ts';
import type { Syscalls } from './syscalls.ts';

/** Sockets whose every question is answered with this error number, 0 for yes; counts those that are open. */
function answering(error: () => number) {
  let open = 0;
  let sequence = 0;
  const sys = {
    socket: () => ++open,
    close: () => void open--,
    bind: () => undefined,
    setsockopt: () => undefined,
    send(_fd: number, data: Buffer) {
      sequence = data.readUInt32LE(8);
    },
    recv(_fd: number, into: Buffer) {
      into.fill(0, 0, 36);
      into.writeUInt32LE(36, 0);
      into.writeUInt16LE(2, 4);
      into.writeUInt32LE(sequence, 8);
      into.writeInt32LE(-error(), 16);
      return 36;
    },
  } as Partial<Syscalls> as Syscalls;
  return { sys, openSockets: () => open };
}

function codeOf(call: () => unknown): string {
  try {
    call();
    return 'none';
  } catch (error) {
    const { code, message } = toEngineError('ask', toFailure(error));
    return `${code}: ${message}`;
  }
}

test('a kernel without nf_tables is unavailable until the module is there', () => {
  let error: number = constants.errno.EINVAL;
  const { sys, openSockets } = answering(() => error);
  const nft = new NftCalls(sys);
  assert.equal(
    codeOf(() => nft.deleteTable('x')),
    'unavailable: Kernel refused to ask: the kernel has no nf_tables',
  );
  assert.equal(openSockets(), 0);
  error = 0;
  assert.equal(nft.deleteTable('x'), false);
  assert.equal(openSockets(), 1);
});

test('a kernel without netlink for its filters is unavailable too, and a missing right is a right', () => {
  const refusing = {
    socket() {
      throw new SyscallError({ syscall: 'socket', errno: 'EPROTONOSUPPORT', text: '' });
    },
  } as Partial<Syscalls> as Syscalls;
  assert.match(
    codeOf(() => new NftCalls(refusing).deleteTable('x')),
    /^unavailable: .*has no nf_tables/,
  );
  const { sys } = answering(() => constants.errno.EPERM);
  assert.match(
    codeOf(() => new NftCalls(sys).deleteTable('x')),
    /^denied: .*EPERM/,
  );
});
