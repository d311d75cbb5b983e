import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLogger } from '#engine/lib/index.ts';
import type { Audit } from '../audit/index.ts';
import type { SessionEnd } from '../auth/sessions.ts';
import { fakePty } from './fake-pty.ts';
import { HostTerminals } from './host-terminals.ts';

const anna = { id: 'u1', name: 'anna', role: 'owner', sessionId: 's1' } as const;
const wanted = { actor: anna, address: '192.0.2.1', rows: 24, columns: 80 };

function openPlace(enabled = true) {
  let now = Date.parse('2026-01-01T00:00:00Z');
  const rows: Parameters<Audit['append']>[0][] = [];
  const calls: string[] = [];
  const listeners = new Set<(end: SessionEnd) => void>();
  const switches = new Set<(enabled: boolean) => void>();
  const terminals = new HostTerminals({
    power: {
      enabled,
      fixed: true,
      set: () => Promise.reject(new Error('not used')),
      onChanged(listener) {
        switches.add(listener);
        return { [Symbol.dispose]: () => void switches.delete(listener) };
      },
    },
    sessions: {
      onEnded(listener) {
        listeners.add(listener);
        return { [Symbol.dispose]: () => void listeners.delete(listener) };
      },
    },
    audit: { append: async (row) => ({ ...row, seq: rows.push(row), at: new Date(now), details: row.details ?? {} }) },
    clock: () => new Date(now),
    log: silentLogger,
    spawn: async () => fakePty(calls),
  });
  return {
    terminals,
    rows,
    calls,
    pass: (ms: number) => {
      now += ms;
    },
    switchOff: () => {
      for (const tell of switches) tell(false);
    },
    endSession: (sessionId: string) => {
      for (const tell of listeners) tell({ userId: anna.id, sessionId, reason: 'role_changed' });
    },
    [Symbol.asyncDispose]: () => terminals[Symbol.asyncDispose](),
  };
}

test('there is none while it is switched off', async () => {
  await using place = openPlace(false);
  await assert.rejects(place.terminals.create(wanted), { code: 'unsupported' });
});

test('its end is written down with times and bytes, not with what was typed', async () => {
  await using place = openPlace();
  const { terminals, rows, pass } = place;
  const terminal = await terminals.create(wanted);
  const shown: string[] = [];
  const watching = (async () => {
    for await (const chunk of terminal.watch(new AbortController().signal)) shown.push(`${chunk}`);
  })();
  await terminal.write(Buffer.from('secret\n'));
  pass(65_000);
  await terminal.write(Buffer.from('exit\n'));
  assert.deepEqual(await terminal.exited, { exitCode: 7 });
  await watching;
  await terminals[Symbol.asyncDispose]();
  assert.deepEqual([...shown.join('')].sort(), [...'$ secret\nexit\n'].sort());
  assert.equal(rows.length, 1);
  const [row] = rows;
  assert.deepEqual([row?.action, row?.actor.name, row?.address], ['host.terminal_end', 'anna', '192.0.2.1']);
  assert.deepEqual(row?.details, {
    reason: 'exited',
    exitCode: 7,
    bytesIn: 12,
    bytesOut: 14,
    startedAt: '2026-01-01T00:00:00.000Z',
    seconds: 65,
  });
  assert.ok(!JSON.stringify(rows).includes('secret'));
});

test('it ends with the session that opened it, and no other session can join it', async () => {
  await using place = openPlace();
  const { terminals, endSession, rows } = place;
  const terminal = await terminals.create({ ...wanted, key: 'k' });
  assert.equal(await terminals.create({ ...wanted, key: 'k' }), terminal, 'asked twice there is one');
  assert.equal(terminals.open(anna, terminal.id), terminal);
  assert.throws(() => terminals.open({ ...anna, sessionId: 's2' }, terminal.id), { code: 'not_found' });
  assert.deepEqual(terminals.listOf({ ...anna, sessionId: 's2' }), []);
  endSession('s2');
  assert.equal(terminals.listOf(anna).length, 1);
  endSession('s1');
  await terminal.exited;
  assert.throws(() => terminals.open(anna, terminal.id), { code: 'not_found' });
  await terminals[Symbol.asyncDispose]();
  assert.deepEqual(
    rows.map(({ details }) => details?.['reason']),
    ['session_ended'],
  );
});

test('switched off, those that are open end, and their end says why', async () => {
  await using place = openPlace();
  const { terminals, switchOff, rows } = place;
  const open = [await terminals.create(wanted), await terminals.create(wanted)];
  switchOff();
  await Promise.all(open.map(({ exited }) => exited));
  await terminals[Symbol.asyncDispose]();
  assert.deepEqual(
    rows.map(({ details }) => details?.['reason']),
    ['switched_off', 'switched_off'],
  );
});

test('forgotten on no screen it ends after five minutes, without a key after thirty', async () => {
  await using place = openPlace();
  const { terminals, pass, rows } = place;
  const unseen = await terminals.create(wanted);
  const seen = await terminals.create(wanted);
  using _viewer = terminals.view(seen.id);
  pass(4 * 60_000);
  terminals.sweep();
  assert.equal(terminals.listOf(anna).length, 2);
  pass(60_000);
  terminals.sweep();
  await unseen.exited;
  assert.deepEqual(
    terminals.listOf(anna).map(({ id }) => id),
    [seen.id],
  );
  terminals.noteInput(seen.id);
  pass(29 * 60_000);
  terminals.sweep();
  assert.equal(terminals.listOf(anna).length, 1);
  pass(60_000);
  terminals.sweep();
  await seen.exited;
  await terminals[Symbol.asyncDispose]();
  assert.deepEqual(
    rows.map(({ details }) => details?.['reason']),
    ['unseen', 'idle'],
  );
});

test('four at once, and none outlives the server', async () => {
  await using place = openPlace();
  const { terminals, rows, calls } = place;
  for (let made = 0; made < 4; made += 1) await terminals.create(wanted);
  await assert.rejects(terminals.create(wanted), { code: 'resource_exhausted' });
  await terminals[Symbol.asyncDispose]();
  assert.deepEqual(calls, Array(4).fill('SIGHUP'));
  assert.deepEqual(new Set(rows.map(({ details }) => details?.['reason'])), new Set(['server_stopped']));
});
