import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createReadLog, type LogLine, type ReadLogOptions, readLog } from './index.ts';

const START = Date.parse('2026-01-01T00:00:00Z');
const at = (second: number) => new Date(START + second * 1000);
const record = (second: number, text: string, stream = 'stdout', flag = 'F') =>
  `${at(second).toISOString().replace('Z', '123456Z')} ${stream} ${flag} ${text}\n`;
const records = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => record(from + i, `line ${from + i}`)).join('');

function place() {
  const folder = mkdtempSync(join(tmpdir(), 'davit-log-'));
  return { path: join(folder, 'container.log'), [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

async function all(path: string, opts: ReadLogOptions, read = readLog): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  for await (const batch of read(path, opts)) lines.push(...batch);
  return lines;
}
const texts = (lines: LogLine[]) => lines.map((line) => line.text.toString());
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `line ${from + i}`);

describe('readLog', () => {
  it('reads rotated files in order, tails, scrolls back by cursor and searches times', async () => {
    using p = place();
    writeFileSync(`${p.path}.2`, records(0, 1000));
    writeFileSync(`${p.path}.1`, records(1000, 2000));
    writeFileSync(p.path, records(2000, 3000));
    assert.deepEqual(texts(await all(p.path, {})), numbers(0, 3000));
    assert.deepEqual(texts(await all(p.path, { tail: 0 })), []);
    const tail = await all(p.path, { tail: 1500 });
    assert.deepEqual(texts(tail), numbers(1500, 3000));
    const before = await all(p.path, { tail: 700, before: tail[0]?.cursor });
    assert.deepEqual(texts(before), numbers(800, 1500));
    for (const [since, until] of [
      [0, 0],
      [999, 1001],
      [500, 2500],
      [2999, 9999],
    ] as const) {
      const found = await all(p.path, { since: at(since), until: at(until) });
      assert.deepEqual(texts(found), numbers(since, Math.min(3000, until + 1)), `${since} to ${until}`);
    }
    assert.deepEqual(texts(await all(p.path, { until: at(1200), tail: 3 })), numbers(1198, 1201));
    assert.deepEqual(await all(p.path, { since: at(5000) }), []);
  });

  it('keeps cursors through a rotation', async () => {
    using p = place();
    writeFileSync(p.path, records(0, 10));
    const [line] = await all(p.path, { tail: 1 });
    renameSync(p.path, `${p.path}.1`);
    writeFileSync(p.path, records(10, 20));
    assert.deepEqual(texts(await all(p.path, { tail: 2, before: line?.cursor })), numbers(7, 9));
  });

  it('joins partial records of each stream, keeps times as written and filters streams', async () => {
    using p = place();
    const parts = [
      record(1, 'o1-', 'stdout', 'P'),
      record(2, 'err', 'stderr'),
      record(3, 'o2'),
      record(4, 'open', 'stdout', 'P'),
    ];
    writeFileSync(p.path, `${record(0, '')}${parts.join('')}2026-01-01T00:00:05.1`);
    const lines = await all(p.path, {});
    assert.deepEqual(
      lines.map((l) => [l.text.toString(), l.complete]),
      [
        ['', true],
        ['err', true],
        ['o1-o2', true],
        ['open', false],
      ],
    );
    assert.equal(lines[0]?.time, '2026-01-01T00:00:00.000123456Z');
    assert.deepEqual(texts(await all(p.path, { stdout: false })), ['err']);
    assert.deepEqual(texts(await all(p.path, { stderr: false, tail: 2 })), ['o1-o2', 'open']);
  });

  it('tails and searches 50 MB while reading less than 1 MiB', async () => {
    using p = place();
    const line = 'x'.repeat(960);
    const chunk = Array.from({ length: 50_000 }, (_, i) => record(i, line)).join('');
    writeFileSync(p.path, chunk);
    let bytes = 0;
    const read = createReadLog({ onRead: (count) => (bytes += count) });
    assert.equal((await all(p.path, { tail: 200 }, read)).length, 200);
    assert.ok(bytes > 0 && bytes < 1 << 20, `tail read ${bytes}`);
    bytes = 0;
    assert.equal((await all(p.path, { since: at(25_000), until: at(25_009) }, read)).length, 10);
    assert.ok(bytes > 0 && bytes < 1 << 20, `search read ${bytes}`);
  });

  it('follows through rotations to the end, without a line lost or doubled', async () => {
    using p = place();
    writeFileSync(p.path, records(0, 5));
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const work = all(p.path, { follow: true, tail: 2, ended });
    for (let i = 0; i < 4; i++) {
      await sleep(70);
      appendFileSync(p.path, records(5 + i * 10, 10 + i * 10));
      if (i > 0) renameSync(`${p.path}.1`, `${p.path}.2`);
      renameSync(p.path, `${p.path}.1`);
      writeFileSync(p.path, records(10 + i * 10, 15 + i * 10));
    }
    resolve();
    assert.deepEqual(texts(await work), numbers(3, 45));
  });

  it('ends when aborted, also without a file', async () => {
    using p = place();
    const abort = new AbortController();
    const work = all(p.path, { follow: true, signal: abort.signal });
    await sleep(60);
    abort.abort();
    assert.deepEqual(await work, []);
  });
});
