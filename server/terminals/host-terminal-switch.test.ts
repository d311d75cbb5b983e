import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '#engine/lib/index.ts';
import { openTestDatabase } from '../db/test-database.ts';
import { openHostTerminalSwitch } from './host-terminal-switch.ts';

const clock = systemClock;

test('the switch is off at first, is kept, and tells who listens once', async () => {
  await using database = await openTestDatabase();
  const first = await openHostTerminalSwitch(database.db, { fixed: undefined, clock });
  assert.deepEqual([first.enabled, first.fixed], [false, false]);
  const told: boolean[] = [];
  const subscription = first.onChanged((enabled) => told.push(enabled));
  await first.set(true, 'anna');
  await first.set(true, 'anna');
  subscription[Symbol.dispose]();
  await first.set(false, 'anna');
  await first.set(true, 'anna');
  assert.deepEqual(told, [true]);
  const again = await openHostTerminalSwitch(database.db, { fixed: undefined, clock });
  assert.equal(again.enabled, true);
});

test('what the server was started with is not overruled, whatever was kept', async () => {
  await using database = await openTestDatabase();
  await (await openHostTerminalSwitch(database.db, { fixed: undefined, clock })).set(true, 'anna');
  for (const fixed of [false, true]) {
    const power = await openHostTerminalSwitch(database.db, { fixed, clock });
    assert.deepEqual([power.enabled, power.fixed], [fixed, true]);
    await assert.rejects(power.set(!fixed, 'anna'), { code: 'conflict', details: { reason: 'host_terminal_fixed' } });
    assert.equal(power.enabled, fixed);
  }
});
