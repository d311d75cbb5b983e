// Every refusal of the engine and the server is told in both languages: by its reason, or by its code where that says it all.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ERROR_MAP } from '#server/errors/index.ts';
import en from '../app/messages/en.json' with { type: 'json' };
import zh from '../app/messages/zh.json' with { type: 'json' };

const ROOT = join(import.meta.dirname, '..');
/** What no page is ever answered with: other entrances, commands, tests. */
const ELSEWHERE =
  /\.(?:test|itest|suite)\.ts$|\/test-[a-z]+\.ts$|docker-api\/|\/testing\/|server\/(?:admin|backup|config|tls)\//;

/**
 * Reasons that a page does not have words of its own for. The first are told while the server starts or to who reads its log;
 * the second cannot be met through a page, so that their code says enough.
 */
const BY_CODE: ReadonlySet<string> = new Set([
  ...['data_root_locked', 'database_migration_broken', 'database_newer', 'failpoint_invalid', 'invalid_instance'],
  ...['started', 'metrics_damaged', 'password_hash_unreadable', 'cgroup_missing', 'events_unread'],
  ...['ingest_reused', 'layer_reused', 'no_images', 'pack_lost', 'read_lost', 'tool_failed'],
  ...[
    'usage',
    'shim_frame',
    'nul_byte',
    'snapshot_exists',
    'snapshot_mounted',
    'snapshot_not_found',
    'source_not_file',
  ],
  ...['pack_name_missing', 'pack_path_missing', 'pack_path_refused', 'pack_path_too_long'],
  // Told in words of the sign-in page, which knows how long to wait.
  ...['sign_in_wrong', 'too_many_attempts'],
]);

const texts = { en: en.error as Record<string, unknown>, zh: zh.error as Record<string, unknown> };

/** From the opening bracket to the one that closes it. */
function argumentsAt(source: string, open: number): string {
  let depth = 1;
  let at = open;
  for (; depth > 0 && at < source.length; at += 1) {
    const char = source.charAt(at);
    if ('([{'.includes(char)) depth += 1;
    if (')]}'.includes(char)) depth -= 1;
  }
  return source.slice(open, at - 1);
}

/** Reason → the arguments of each place that throws it. */
function reasonsInSources(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const path of globSync(['engine/**/*.ts', 'server/**/*.ts'], { cwd: ROOT })) {
    if (ELSEWHERE.test(path)) continue;
    const source = readFileSync(join(ROOT, path), 'utf8');
    for (const match of source.matchAll(/new (?:Engine|App)Error\(/g)) {
      const given = argumentsAt(source, match.index + match[0].length);
      for (const [, reason = ''] of given.matchAll(/reason: '([a-z0-9_]+)'/g))
        found.set(reason, [...(found.get(reason) ?? []), given]);
    }
  }
  return found;
}

const reasons = reasonsInSources();

test('every code has a sentence in both languages', () => {
  for (const code of Object.keys(ERROR_MAP))
    for (const [language, known] of Object.entries(texts))
      assert.equal(typeof known[code], 'string', `${language} ${code}`);
});

test('every reason has a sentence in both languages, or is known to be told by its code', () => {
  assert.ok(reasons.size > 150, `only ${reasons.size} reasons were found`);
  for (const [language, known] of Object.entries(texts)) {
    const missing = [...reasons.keys()].filter((reason) => typeof known[reason] !== 'string' && !BY_CODE.has(reason));
    assert.deepEqual(missing, [], language);
  }
});

test('every refusal of an archive has a sentence of its own in both languages', () => {
  const refusals = new Set<string>();
  for (const path of globSync('engine/{diff,images}/**/*.ts', { cwd: ROOT })) {
    if (ELSEWHERE.test(path)) continue;
    const source = readFileSync(join(ROOT, path), 'utf8');
    for (const [, reason = ''] of source.matchAll(/\b(?:corrupt|overLimit)\(\s*'([a-z_]+)'/g)) refusals.add(reason);
  }
  assert.ok(refusals.size > 30, `only ${refusals.size} refusals were found`);
  for (const [language, known] of Object.entries(texts)) {
    const missing = [...refusals].filter((reason) => typeof known[reason] !== 'string');
    assert.deepEqual(missing, [], language);
    const sentences = [...refusals].map((reason) => known[reason]);
    assert.equal(new Set(sentences).size, sentences.length, `${language}: two refusals share a sentence`);
  }
});

test('the list of those told by their code holds no reason that has words or is gone', () => {
  const stale = [...BY_CODE].filter((reason) => !reasons.has(reason) || typeof texts.en[reason] === 'string');
  assert.deepEqual(stale, []);
});

test('what a sentence names is told by some place that throws it', () => {
  for (const [reason, places] of reasons) {
    const names = [...String(texts.en[reason] ?? '').matchAll(/\{(\w+)(?=[,}])/g)].map(([, name = '']) => name);
    const tells = places.some((given) =>
      names.every((name) => new RegExp(`\\b${name}\\b`).test(given) || given.includes('...')),
    );
    assert.ok(names.length === 0 || tells, `${reason} needs ${names.join(', ')}`);
  }
});
