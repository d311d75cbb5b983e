import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { mock, test } from 'node:test';
import { type LinkSocket, type Opening, openLink, type Phase, type Place } from './terminal-link.ts';

/** The browser's end of a connection: what it sent, and what the server says to it. */
class FakeSocket {
  connected = false;
  active = true;
  readonly sent: unknown[][] = [];
  readonly server = new EventEmitter();
  on(event: string, listener: (...args: unknown[]) => void) {
    this.server.on(event, listener);
  }
  off(event: string, listener: (...args: unknown[]) => void) {
    this.server.off(event, listener);
  }
  emit(...message: unknown[]) {
    this.sent.push(message);
  }
  connect() {
    this.connected = true;
    this.server.emit('connect');
  }
  disconnect() {
    this.connected = false;
    this.server.emit('disconnect');
  }
  names() {
    return this.sent.map(([name]) => name);
  }
  answer(value: unknown) {
    const reply = this.sent.at(-1)?.at(-1);
    assert.ok(typeof reply === 'function');
    reply(value);
  }
}

function open(opening: Opening, place: Place = { containerId: 'web' }) {
  const socket = new FakeSocket();
  const phases: Phase[] = [];
  const opened: string[] = [];
  const writes: { text: string; done: () => void }[] = [];
  let cleared = 0;
  const link = openLink({
    socket: socket as unknown as LinkSocket,
    place,
    opening,
    screen: {
      write: (bytes, done) => void writes.push({ text: new TextDecoder().decode(bytes), done }),
      clear: () => {
        cleared += 1;
      },
      size: () => ({ rows: 24, columns: 80 }),
    },
    onPhase: (phase) => void phases.push(phase),
    onOpened: (id) => void opened.push(id),
  });
  return { socket, phases, opened, writes, link, cleared: () => cleared };
}

const bytes = (text: string) => new TextEncoder().encode(text);

test('a program is created with the size of the screen and takes input once it is there', () => {
  const { socket, phases, opened, link } = open({ args: ['/bin/sh'], key: 'k' });
  assert.deepEqual(socket.sent[0]?.slice(0, 2), [
    'create',
    { containerId: 'web', args: ['/bin/sh'], key: 'k', rows: 24, columns: 80 },
  ]);
  link.input(bytes('early'));
  assert.deepEqual(socket.names(), ['create']);
  socket.answer({ terminalId: 'id1' });
  link.input(bytes('ls'));
  assert.deepEqual(opened, ['id1']);
  assert.equal(phases.at(-1)?.kind, 'live');
  assert.deepEqual(socket.names(), ['create', 'resize', 'input']);
});

test('asked again before the answer came, it is the same terminal by its key', () => {
  const { socket } = open({ args: ['/bin/sh'], key: 'k' });
  socket.disconnect();
  socket.connect();
  const asked = socket.sent.filter(([name]) => name === 'create').map(([, input]) => (input as { key: string }).key);
  assert.deepEqual(asked, ['k', 'k']);
});

test('data is acknowledged when it is on the screen, not when it arrives', () => {
  const { socket, writes } = open({ args: ['/bin/sh'], key: 'k' });
  socket.answer({ terminalId: 'id1' });
  const ack = mock.fn();
  socket.server.emit('data', 1, bytes('$ ').buffer, ack);
  assert.equal(writes[0]?.text, '$ ');
  assert.equal(ack.mock.callCount(), 0);
  writes[0]?.done();
  assert.equal(ack.mock.callCount(), 1);
});

test('after a break the same terminal is attached on an empty screen, and no second one made', () => {
  const { socket, phases, writes, link, cleared } = open({ args: ['/bin/sh'], key: 'k' });
  socket.answer({ terminalId: 'id1' });
  socket.disconnect();
  assert.equal(phases.at(-1)?.kind, 'lost');
  const before = socket.sent.length;
  socket.connect();
  link.input(bytes('answer to a replayed question'));
  assert.deepEqual(socket.sent[before]?.slice(0, 2), ['attach', { terminalId: 'id1' }]);
  assert.equal(socket.sent.length, before + 1);
  assert.equal(cleared(), 0);
  socket.answer({ terminalId: 'id1', replayBytes: 4 });
  assert.equal(cleared(), 1);
  for (const part of ['$ l', 's']) {
    assert.equal(phases.at(-1)?.kind, 'lost', 'not live before the whole replay is drawn');
    socket.server.emit('data', 1, bytes(part).buffer, () => {});
    writes.at(-1)?.done();
  }
  assert.equal(phases.at(-1)?.kind, 'live');
  assert.equal(socket.names().at(-1), 'resize');
  link.close();
});

test('a terminal with nothing to replay is live with the answer, and what an earlier connection drew does not count', () => {
  const { socket, phases, writes, cleared } = open({ terminalId: 'id1' });
  assert.equal(phases.at(-1)?.kind, 'connecting');
  socket.answer({ terminalId: 'id1', replayBytes: 0 });
  assert.equal(phases.at(-1)?.kind, 'live');
  assert.equal(cleared(), 0, 'a screen with nothing to take its place stays');
  socket.server.emit('data', 1, bytes('late').buffer, () => {});
  socket.disconnect();
  socket.connect();
  socket.answer({ terminalId: 'id1', replayBytes: 4 });
  writes[0]?.done();
  assert.equal(phases.at(-1)?.kind, 'lost');
});

test('without a session the terminal waits for a new sign-in', () => {
  const { socket, phases } = open({ terminalId: 'id1' });
  socket.active = false;
  socket.server.emit('connect_error', new Error('unauthenticated'));
  assert.equal(phases.at(-1)?.kind, 'lost');
});

test('a terminal that is gone has ended; another refusal is a failure', () => {
  const gone = open({ terminalId: 'id1' });
  gone.socket.server.emit('failed', { code: 'not_found', params: {}, message: '', requestId: 'r' });
  assert.deepEqual(gone.phases.at(-1), { kind: 'ended', exitCode: undefined });
  const denied = open({ terminalId: 'id1' });
  denied.socket.server.emit('failed', { code: 'denied', params: {}, message: '', requestId: 'r' });
  assert.equal(denied.phases.at(-1)?.kind, 'failed');
});

test('after its exit a terminal takes nothing and is not attached again', () => {
  const { socket, phases, link } = open({ args: ['/bin/sh'], key: 'k' });
  socket.answer({ terminalId: 'id1' });
  socket.server.emit('exit', { exitCode: 3 });
  assert.deepEqual(phases.at(-1), { kind: 'ended', exitCode: 3 });
  const before = socket.sent.length;
  link.input(bytes('x'));
  socket.disconnect();
  socket.connect();
  assert.equal(socket.sent.length, before);
  assert.equal(phases.at(-1)?.kind, 'ended');
});

test('a long paste goes in pieces the server takes', () => {
  const { socket, link } = open({ args: ['/bin/sh'], key: 'k' });
  socket.answer({ terminalId: 'id1' });
  const before = socket.sent.length;
  link.input(new Uint8Array(70_000));
  const pieces = socket.sent.slice(before).map(([, piece]) => (piece as Uint8Array).length);
  assert.deepEqual(pieces, [32_768, 32_768, 4_464]);
});

test('leaving takes every listener off', () => {
  const { socket, link } = open({ args: ['/bin/sh'], key: 'k' });
  link.close();
  assert.deepEqual(socket.server.eventNames(), []);
  assert.equal(socket.connected, false);
});

test('a shell of the host is asked for by its own name, and come back to by it', () => {
  const { socket, phases } = open({ key: 'k' }, { host: 'quay-1' });
  assert.deepEqual(socket.sent[0]?.slice(0, 2), ['host', { key: 'k', rows: 24, columns: 80 }]);
  socket.answer({ terminalId: 'id1' });
  assert.equal(phases.at(-1)?.kind, 'live');
  socket.disconnect();
  const before = socket.sent.length;
  socket.connect();
  assert.deepEqual(socket.sent[before]?.slice(0, 2), ['host_attach', { terminalId: 'id1' }]);
});
