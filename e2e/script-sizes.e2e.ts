// How much script each page of the dashboard has a browser fetch before it answers, as the build has compressed it.
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readScripts } from '#server/http/page-scripts.ts';

const ROOT = join(import.meta.dirname, '..');
const BUDGET_BYTES = 200_000;

const built = JSON.parse(readFileSync(join(ROOT, '.next/build-manifest.json'), 'utf8')) as { rootMainFiles: string[] };
const routes = JSON.parse(readFileSync(join(ROOT, '.next/app-path-routes-manifest.json'), 'utf8')) as object;
const pages = Object.entries(routes).flatMap(([name, path]) =>
  name.startsWith('/(dashboard)/') && name.endsWith('/page') && !name.includes('[...') ? [String(path)] : [],
);

test('the script of each page is within its budget, compressed by gzip', async () => {
  assert.ok(pages.length > 30, `the build names only ${pages.length} pages`);
  const sizes = await Promise.all(pages.map(async (path) => [path, await sizeOf(path)] as const));
  const over = sizes.filter(([, bytes]) => bytes >= BUDGET_BYTES);
  assert.deepEqual(Object.fromEntries(over), {});
});

/** Of the files that its document names: those of every page, and those of this one and what is around it. */
async function sizeOf(path: string): Promise<number> {
  const own = await readScripts(ROOT, path);
  assert.ok(own.length > 0, `the build names no script of ${path}`);
  const files = new Set([...built.rootMainFiles, ...own.map((address) => address.replace('/_next/', ''))]);
  return [...files].reduce((sum, file) => sum + statSync(join(ROOT, '.next', `${file}.gz`)).size, 0);
}
