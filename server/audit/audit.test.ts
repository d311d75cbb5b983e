import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestDatabase } from '../db/test-database.ts';
import { type AuditEntry, createAudit } from './audit.ts';

const clock = () => new Date('2026-01-02T03:04:05.678Z');

const entry = (action: string, change: Partial<AuditEntry> = {}): AuditEntry => ({
  requestId: 'r1',
  environmentId: 'local',
  actor: { id: 'ann', name: 'Ann', sessionId: 's1' },
  address: '192.0.2.1',
  action,
  object: { type: 'container', id: 'c1', name: 'web' },
  result: 'allowed',
  ...change,
});

test('rows written at once are numbered without a gap and hold together', async () => {
  await using scratch = await openTestDatabase();
  const audit = createAudit(scratch.db, { clock });
  assert.deepEqual(await audit.verifyChain(), { ok: true, rows: 0 });
  await Promise.all(Array.from({ length: 30 }, (_, i) => audit.append(entry(`container.a${i}`))));
  assert.deepEqual(await audit.verifyChain(await audit.head()), { ok: true, rows: 30 });
  const again = createAudit(scratch.db, { clock });
  assert.equal((await again.append(entry('container.stop'))).seq, 31);
});

test('two processes write one chain', async () => {
  await using scratch = await openTestDatabase();
  const writers = [createAudit(scratch.db, { clock }), createAudit(scratch.db, { clock })];
  await Promise.all(writers.flatMap((audit) => Array.from({ length: 10 }, () => audit.append(entry('a')))));
  assert.deepEqual(await writers[0]?.verifyChain(), { ok: true, rows: 20 });
});

test('what was appended comes back, filtered and newest first', async () => {
  await using scratch = await openTestDatabase();
  const audit = createAudit(scratch.db, { clock });
  const first = await audit.append(entry('container.start', { details: { name: 'web' } }));
  await audit.append(
    entry('session.sign-in', { actor: { id: undefined, name: 'x' }, object: undefined, result: 'denied' }),
  );
  assert.deepEqual(await audit.list({ action: 'container.start' }), [first]);
  assert.deepEqual(first.details, { name: 'web' });
  assert.deepEqual(
    (await audit.list()).map(({ seq }) => seq),
    [2, 1],
  );
  assert.equal((await audit.list({ result: 'denied' }))[0]?.object, undefined);
  assert.deepEqual(
    (await audit.list({ before: 2, limit: 5 })).map(({ seq }) => seq),
    [1],
  );
  assert.deepEqual(await audit.list({ since: new Date('2027-01-01') }), []);
});

const TAMPERING: [string, string, number][] = [
  ['a changed value', "UPDATE AuditRow SET result = 'denied' WHERE seq = 2", 2],
  ['a changed address', 'UPDATE AuditRow SET address = NULL WHERE seq = 2', 2],
  ['a removed row', 'DELETE FROM AuditRow WHERE seq = 2', 3],
  ['a removed beginning', 'DELETE FROM AuditRow WHERE seq = 1', 2],
  ['a forged seal', `UPDATE AuditRow SET hash = '${'1'.repeat(64)}' WHERE seq = 2`, 2],
  ['a removed end, against a noted head', 'DELETE FROM AuditRow WHERE seq = 4', 4],
];

for (const [name, sql, brokenAt] of TAMPERING) {
  test(`the chain shows ${name}`, async () => {
    await using scratch = await openTestDatabase();
    const audit = createAudit(scratch.db, { clock });
    for (let i = 0; i < 4; i += 1) await audit.append(entry(`container.a${i}`));
    const head = await audit.head();
    await scratch.db.$executeRawUnsafe(sql);
    const verdict = await audit.verifyChain(head);
    assert.ok(!verdict.ok);
    assert.equal(verdict.brokenAt, brokenAt);
  });
}

test('secrets and the unbounded never reach a row', async () => {
  await using scratch = await openTestDatabase();
  const audit = createAudit(scratch.db, { clock });
  const details = {
    password: 'hunter2-a',
    nested: { newPassword: 'hunter2-b', registryToken: 'hunter2-c', code: 'hunter2-d' },
    config: { env: ['KEY=hunter2-e', 'BARE'], environment: { A: 'hunter2-f' }, labels: { a: 'b' } },
    long: 'x'.repeat(100_000),
    size: 5n,
  };
  const { details: stored } = await audit.append(entry('x', { details }));
  assert.doesNotMatch(JSON.stringify(stored), /hunter2/);
  assert.ok(JSON.stringify(stored).length < 3_000);
  assert.deepEqual(stored['config'], { env: ['KEY', 'BARE'], environment: ['A'], labels: { a: 'b' } });
});

test('a row that cannot be written rejects and does not block the next', async () => {
  await using scratch = await openTestDatabase();
  let broken = true;
  const audit = createAudit(scratch.db, { clock: () => (broken ? new Date(Number.NaN) : clock()) });
  await assert.rejects(audit.append(entry('a')));
  broken = false;
  assert.equal((await audit.append(entry('b'))).seq, 1);
});
