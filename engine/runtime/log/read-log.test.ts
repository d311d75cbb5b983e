import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createReadLog,
  type LogBytesOptions,
  type LogLine,
  type ReadLogOptions,
  readLog,
  readLogBytes,
} from './index.ts';

const START = Date.parse('2026-01-01T00:00:00Z');
/** Seconds. */
const YEARS = 10 * 365 * 86_400;
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

async function bytesOf(path: string, opts: Partial<LogBytesOptions>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(readLogBytes(path, { framed: true, ...opts })));
}

/** Stream number and text of each frame. */
function framesOf(bytes: Buffer): [number, string][] {
  const frames: [number, string][] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 8 + bytes.readUInt32BE(at + 4);
    assert.deepEqual([...bytes.subarray(at + 1, at + 4)], [0, 0, 0]);
    frames.push([bytes[at] ?? 0, bytes.toString('utf8', at + 8, end)]);
    at = end;
  }
  return frames;
}

describe('readLogBytes', () => {
  it('frames lines of both streams, joined ones and unfinished ones too', async () => {
    using p = place();
    const parts = [
      record(0, 'one'),
      record(1, '', 'stderr'),
      record(2, 'o1-', 'stdout', 'P'),
      record(3, 'between', 'stderr'),
      record(4, 'o2'),
      'no record at all\n',
      `2026-01-01T00:00:05Z stdout F short time\n`,
      record(6, 'open', 'stdout', 'P'),
    ];
    writeFileSync(p.path, `${parts.join('')}2026-01-01T00:00:05.1`);
    const lines: [number, string][] = [
      [1, 'one\n'],
      [2, '\n'],
      [2, 'between\n'],
      [1, 'o1-o2\n'],
      [1, 'short time\n'],
      [1, 'open'],
    ];
    assert.deepEqual(framesOf(await bytesOf(p.path, {})), lines);
    assert.equal((await bytesOf(p.path, { framed: false })).toString(), lines.map(([, text]) => text).join(''));
    assert.deepEqual(
      framesOf(await bytesOf(p.path, { stdout: false })),
      lines.filter(([stream]) => stream === 2),
    );
    const stamp = (second: number) => at(second).toISOString().replace('Z', '123456Z');
    const timed = framesOf(await bytesOf(p.path, { timestamps: true }));
    assert.deepEqual(timed.slice(0, 4), [
      [1, `${stamp(0)} one\n`],
      [2, `${stamp(1)} \n`],
      [2, `${stamp(3)} between\n`],
      [1, `${stamp(2)} o1-o2\n`],
    ]);
    assert.equal(
      (await bytesOf(p.path, { framed: false, timestamps: true })).toString(),
      timed.map(([, t]) => t).join(''),
    );
  });

  it('puts details behind the time, in front of every piece of a line', async () => {
    using p = place();
    writeFileSync(p.path, `${record(0, 'one')}${record(1, 'y'.repeat(20_000))}`);
    const framed = framesOf(await bytesOf(p.path, { timestamps: true, details: 'a=b' })).map(([, text]) => text);
    const stamp = (second: number) => at(second).toISOString().replace('Z', '123456Z');
    assert.equal(framed[0], `${stamp(0)} a=b one\n`);
    assert.deepEqual(
      framed.slice(1).map((text) => text.replace(/y+\n?$/, '')),
      [`${stamp(1)} a=b `, `${stamp(1)} a=b `],
    );
    assert.match((await bytesOf(p.path, { framed: false, details: '' })).toString(), /^ one\n y+ y+\n$/);
  });

  it('cuts long lines, and gives the same range as the lines do', async () => {
    using p = place();
    const long = 'y'.repeat(40_000);
    const edge = 'z'.repeat(16_383);
    writeFileSync(p.path, `${record(0, long)}${record(1, edge)}${record(2, `${edge}z`)}`);
    assert.deepEqual(
      framesOf(await bytesOf(p.path, {})).map(([, text]) => text.length),
      [16_384, 16_384, 7_233, 16_384, 16_384, 1],
    );
    writeFileSync(p.path, records(0, 20_000));
    for (const opts of [
      {},
      { tail: 7 },
      { since: at(19_990) },
      { until: at(3) },
      { since: at(40), until: at(50), tail: 3 },
    ]) {
      const framed = framesOf(await bytesOf(p.path, opts)).map(([, text]) => text);
      assert.deepEqual(
        framed,
        texts(await all(p.path, opts)).map((text) => `${text}\n`),
      );
    }
    const far = [new Date(8.64e15), new Date(-8.64e15)] as const;
    assert.equal((await bytesOf(p.path, { since: far[0] })).length, 0);
    assert.equal(framesOf(await bytesOf(p.path, { since: far[1], until: far[0] })).length, 20_000);
  });
});

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

  it('finds times in a log whose clock was set back, each line by its own, and reads little of it', async () => {
    using p = place();
    // Set back, ten years on, and back to where it was; the third begins a file.
    const parts = [
      [0, 800],
      [100, 600],
      [YEARS, YEARS + 400],
      [600, 1800],
    ] as const;
    const [one = '', two = '', three = '', four = ''] = parts.map(([from, to]) => records(from, to));
    writeFileSync(`${p.path}.1`, one + two);
    writeFileSync(p.path, three + four);
    const [older, newer] = [statSync(`${p.path}.1`).ino, statSync(p.path).ino];
    writeFileSync(`${p.path}.back`, `${older} ${one.length}\n${newer} ${three.length}\n${older} 99999999\ngarbage\n`);
    const every = parts.flatMap(([from, to]) => Array.from({ length: to - from }, (_, i) => from + i));
    for (const since of [0, 99, 100, 400, 599, 600, 799, 1799, 1800, YEARS, YEARS + 399, YEARS + 1000]) {
      const wanted = every.filter((second) => second >= since).map((second) => `line ${second}`);
      assert.deepEqual(texts(await all(p.path, { since: at(since) })), wanted, `since ${since}`);
      const before = every.filter((second) => second <= since).map((second) => `line ${second}`);
      assert.deepEqual(texts(await all(p.path, { until: at(since) })), before, `until ${since}`);
      assert.deepEqual(texts(await all(p.path, { since: at(since), tail: 2 })), wanted.slice(-2), `tail of ${since}`);
    }
    // Where noting was given up, nothing is taken for granted.
    writeFileSync(`${p.path}.back`, 'x'.repeat(65_536));
    assert.equal((await all(p.path, { since: at(400) })).length, every.filter((second) => second >= 400).length);
    assert.equal((await all(p.path, { until: at(400) })).length, every.filter((second) => second <= 400).length);
  });

  it('does not read what lies before a time because a clock was set back once', async () => {
    using p = place();
    const one = records(0, 20_000);
    writeFileSync(p.path, one + records(100, 20_100));
    writeFileSync(`${p.path}.back`, `${statSync(p.path).ino} ${one.length}\n`);
    let bytes = 0;
    const read = createReadLog({ onRead: (count) => (bytes += count) });
    assert.deepEqual(texts(await all(p.path, { since: at(20_050) }, read)), numbers(20_050, 20_100));
    assert.ok(bytes > 0 && bytes < one.length / 4, `read ${bytes}`);
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
    const lines: LogLine[] = [];
    const work = (async () => {
      for await (const batch of readLog(p.path, { follow: true, tail: 2, ended })) lines.push(...batch);
    })();
    for (let i = 0; i < 4; i++) {
      // A reader that is two files behind has lost one: those are gone from the disk.
      while (texts(lines).at(-1) !== `line ${4 + i * 10}`) await sleep(5);
      appendFileSync(p.path, records(5 + i * 10, 10 + i * 10));
      if (i > 0) renameSync(`${p.path}.1`, `${p.path}.2`);
      renameSync(p.path, `${p.path}.1`);
      writeFileSync(p.path, records(10 + i * 10, 15 + i * 10));
    }
    resolve();
    await work;
    assert.deepEqual(texts(lines), numbers(3, 45));
  });

  it('tells once that all of before has been read, also of an empty log, and not without following', async () => {
    using p = place();
    const told: number[] = [];
    const read = async (opts: ReadLogOptions) => {
      let count = 0;
      const onCurrent = () => told.push(count);
      for await (const batch of readLog(p.path, { ...opts, onCurrent })) count += batch.length;
      return count;
    };
    assert.equal(await read({ follow: true, ended: Promise.resolve() }), 0);
    writeFileSync(p.path, records(0, 5));
    assert.equal(await read({ follow: true, ended: Promise.resolve() }), 5);
    assert.deepEqual(told, [0, 5]);
    assert.equal(await read({}), 5);
    assert.equal(told.length, 2);
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

describe('a reader with little room', () => {
  it('counts the lines it is not given while it follows, each once, and gets whole ones afterwards', async () => {
    using p = place();
    writeFileSync(p.path, record(0, 'before') + record(1, 'a line be', 'stdout', 'P'));
    const aborter = new AbortController();
    let open = true;
    let skipped = 0;
    const skips: (() => void)[] = [];
    const room = {
      isOpen: () => open,
      skip(lines: number) {
        skipped += lines;
        skips.shift()?.();
      },
    };
    const skip = () => new Promise<void>((resolve) => skips.push(resolve));
    const log = readLog(p.path, { follow: true, room, signal: aborter.signal })[Symbol.asyncIterator]();
    const next = async () => texts((await log.next()).value);
    assert.deepEqual(await next(), ['before']);
    open = false;
    const first = skip();
    const reading = next();
    // The end of a line that was open, a whole one, one in pieces, and the begin of one on each stream.
    const left = [
      record(2, 'gun'),
      record(3, 'whole'),
      record(4, 'pie', 'stdout', 'P'),
      record(5, 'ces'),
      record(6, 'half ', 'stdout', 'P'),
      record(6, 'other ', 'stderr', 'P'),
    ];
    appendFileSync(p.path, left.join(''));
    await first;
    assert.equal(skipped, 5);
    open = true;
    appendFileSync(
      p.path,
      record(7, 'of it') + record(8, 'of them', 'stderr') + record(9, 'after') + record(9, 'it', 'stderr'),
    );
    assert.deepEqual(await reading, ['after', 'it']);
    assert.equal(skipped, 5);
    aborter.abort();
    await log.return?.(undefined);
  });

  it('is not asked about streams that are not wanted, nor for what was there before', async () => {
    using p = place();
    writeFileSync(p.path, records(0, 3));
    const aborter = new AbortController();
    const told = Promise.withResolvers<number>();
    const room = { isOpen: () => false, skip: (lines: number) => lines > 0 && told.resolve(lines) };
    const opts = { follow: true, stderr: false, room: room as never, signal: aborter.signal };
    const log = readLog(p.path, opts)[Symbol.asyncIterator]();
    assert.deepEqual(texts((await log.next()).value), numbers(0, 3));
    const reading = log.next();
    appendFileSync(p.path, record(3, 'no', 'stderr') + record(4, 'yes'));
    assert.equal(await told.promise, 1);
    aborter.abort();
    assert.equal((await reading).done, true);
  });
});
