// Values that cannot be meant, and types of bodies, against what dockerd 28.5.2 answered. Where Davit answers something else on purpose, davit.json says
// what; docs/docker-api.md has the reasons under "Differences".
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { busyboxRootfs } from '#engine/testing/busybox-rootfs.ts';
import { startDavit } from '../davit-process.ts';
import { answerTo, BAD_REQUESTS, prepare, type RecordedAnswer } from './bad-values.ts';
import { answerToTyped, TYPED_REQUESTS, type TypedRequest } from './content-types.ts';

type Row = readonly [line: string, body: string | null, ...answer: RecordedAnswer];

async function readAnswers(file: string): Promise<Map<string, RecordedAnswer>> {
  const rows: Row[] = JSON.parse(await readFile(join(import.meta.dirname, file), 'utf8'));
  return new Map(rows.map(([line, body, ...answer]) => [`${line} ${body}`, answer]));
}

async function readTypedAnswers(): Promise<Map<string, RecordedAnswer>> {
  const rows: (readonly [asked: TypedRequest, ...answer: RecordedAnswer])[] = JSON.parse(
    await readFile(join(import.meta.dirname, 'content-types.json'), 'utf8'),
  );
  return new Map(rows.map(([asked, ...answer]) => [JSON.stringify(asked), answer]));
}

/** Numbers of processors, and what only a host with them says. */
const ofEveryHost = ([status, message]: RecordedAnswer): RecordedAnswer => [
  status,
  message
    ?.replace(/available: [\d,-]+$/, 'available: <some>')
    .replace(/to \d+\.00, as there are only \d+/, 'to <all>') ?? null,
];

test('values that cannot be meant are answered as dockerd does', { timeout: 300_000 }, async () => {
  const [theirs, ours] = await Promise.all([readAnswers('bad-values.json'), readAnswers('davit.json')]);
  const typed = await readTypedAnswers();
  await using davit = await startDavit({ pools: 4 });
  const client = await prepare(join(davit.runRoot, 'docker.sock'), await busyboxRootfs());
  for (const asked of BAD_REQUESTS) {
    const key = `${asked.line} ${asked.body ?? null}`;
    const expected = ours.get(key) ?? theirs.get(key);
    assert.ok(expected !== undefined, `nobody has recorded ${key}`);
    assert.deepEqual(ofEveryHost(await answerTo(client, asked)), ofEveryHost(expected), key);
  }
  for (const asked of TYPED_REQUESTS) {
    const key = JSON.stringify(asked);
    assert.deepEqual(await answerToTyped(client, asked), typed.get(key) ?? `nobody has recorded ${key}`, key);
  }
});

test('Davit never fails where dockerd refuses, and takes none of it', async () => {
  const [theirs, ours] = await Promise.all([readAnswers('bad-values.json'), readAnswers('davit.json')]);
  const taken: string[] = [];
  for (const [key, [status]] of ours) {
    const [other = 0] = theirs.get(key) ?? [];
    assert.notEqual(other, 0, `${key} is not asked any more`);
    assert.ok(status < 500 || [501, 503].includes(status), key);
    if (status < 300 && other >= 400) taken.push(key);
  }
  assert.deepEqual(taken, []);
});
