// What the shim notes when the clock is set back, and what a search by time makes of it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { globSync, renameSync, writeFileSync } from 'node:fs';
import { readFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { waitUntil } from '../../testing/wait-until.ts';
import type { AttachStream } from '../runtime.ts';
import { RuntimeFixture } from '../testing/runtime-fixture.ts';
import { type LogLine, readLog } from './index.ts';

const HOUR = 3_600;
const YEARS = 10 * 365 * 24 * HOUR;

/** The shim is static, so that nothing can be put in its way: its calls go by this clock when it is linked. */
const CLOCK = `#include <stdio.h>
#include <time.h>
int __real_clock_gettime(clockid_t id, struct timespec *now);
int __wrap_clock_gettime(clockid_t id, struct timespec *now) {
	long offset = 0;
	FILE *file = id == CLOCK_REALTIME ? fopen(OFFSET_FILE, "re") : NULL;
	if (file && fscanf(file, "%ld", &offset) != 1) offset = 0;
	if (file) fclose(file);
	int answer = __real_clock_gettime(id, now);
	now->tv_sec += offset;
	return answer;
}
`;

/** Compiles a shim whose clock is so many seconds off as the file says that `setClock` writes. */
async function withClock(fixture: RuntimeFixture): Promise<(seconds: number) => void> {
  const file = join(fixture.settings.root, 'offset');
  const source = join(fixture.settings.root, 'clock.c');
  const shim = join(fixture.settings.root, 'shim');
  writeFileSync(source, CLOCK);
  const sources = globSync(join(import.meta.dirname, '../shim/*.c'));
  const flags = ['-static', '-Wl,--wrap=clock_gettime', `-DOFFSET_FILE="${file}"`];
  execFileSync('cc', [...flags, '-o', shim, source, ...sources]);
  fixture.settings.shimPath = shim;
  await fixture.restart();
  return (seconds) => {
    // Whole at any moment: the shim may read it now.
    writeFileSync(`${file}.new`, String(seconds));
    renameSync(`${file}.new`, file);
  };
}

async function linesSince(path: string, since?: Date): Promise<string[]> {
  const lines: LogLine[] = [];
  for await (const batch of readLog(path, { since })) lines.push(...batch);
  return lines.map(({ text }) => text.toString());
}

async function echo(stream: AttachStream, path: string, line: string): Promise<void> {
  await stream.writeStdin(Buffer.from(`${line}\n`));
  await waitUntil(`${line} is in the log`, async () => (await linesSince(path)).at(-1) === line);
}

test('lines since a time are found, and in the order of the log, when the clock was set back while a container wrote', async () => {
  await using fixture = await RuntimeFixture.create();
  const setClock = await withClock(fixture);
  const spec = fixture.spec({ args: ['cat'], openStdin: true });
  const path = fixture.paths.containerLog(spec.id);
  await fixture.runtime.start(spec);
  const stream = await fixture.runtime.attach(spec.id);
  const times: Record<string, Date> = {};
  const offsets = { now: 0, 'years on': YEARS, back: 0, 'an hour back': -HOUR, 'a bit later': -HOUR + 60 };
  for (const [name, offset] of Object.entries(offsets)) {
    setClock(offset);
    // Long enough that a search by halving would pass over it.
    for (let at = 0; at < 200; at += 1) await stream.writeStdin(Buffer.from(`${name} ${'x'.repeat(100)}\n`));
    times[name] = new Date(Date.now() + offset * 1000);
    await echo(stream, path, name);
  }
  stream.closeStdin();
  stream.close();
  const found = async (since: Date | undefined) =>
    (await linesSince(path, since)).filter((line) => Object.hasOwn(offsets, line));
  const all = Object.keys(offsets);
  assert.deepEqual(await found(undefined), all);
  const expected: Record<string, string[]> = {
    now: ['now', 'years on', 'back'],
    'years on': ['years on'],
    back: ['years on', 'back'],
    'an hour back': all,
    'a bit later': ['now', 'years on', 'back', 'a bit later'],
  };
  for (const [name, lines] of Object.entries(expected)) {
    const since = new Date((times[name] ?? new Date()).getTime() - 1);
    assert.deepEqual(await found(since), lines, `since ${name}`);
  }
  assert.equal((await readFile(`${path}.back`, 'utf8')).trim().split('\n').length, 2, 'set back twice');
  await fixture.runtime.cleanUp(spec.id);
});

test('a container started anew after the clock was set back is noted too; one whose clock only goes on is not', async () => {
  await using fixture = await RuntimeFixture.create();
  const spec = fixture.spec({ args: ['echo', 'line'] });
  const path = fixture.paths.containerLog(spec.id);
  const runOnce = async () => {
    await (await fixture.runtime.start(spec)).exited;
    await fixture.runtime.cleanUp(spec.id);
  };
  await runOnce();
  await runOnce();
  await assert.rejects(readFile(`${path}.back`), { code: 'ENOENT' });
  const later = new Date(Date.now() + HOUR * 1000);
  await utimes(path, later, later);
  await runOnce();
  assert.match(await readFile(`${path}.back`, 'utf8'), /^\d+ [1-9]\d*\n$/);
  assert.deepEqual(await linesSince(path, new Date(Date.now() - HOUR * 1000)), ['line', 'line', 'line']);
});
