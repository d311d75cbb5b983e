import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { silentLogger } from '#engine/lib/index.ts';
import { offerPageScripts, readScripts } from './page-scripts.ts';

const root = mkdtempSync(join(tmpdir(), 'scripts-'));
after(() => rmSync(root, { recursive: true, force: true }));
const folder = join(root, '.next/server/app/(dashboard)/containers');
mkdirSync(folder, { recursive: true });
const routes = { '/(dashboard)/containers/page': '/containers', '/icon.svg/route': '/icon.svg' };
writeFileSync(join(root, '.next/app-path-routes-manifest.json'), JSON.stringify(routes));
const entryJSFiles = {
  '[project]/app/layout': ['static/chunks/a.js', 'static/chunks/b-_1.js'],
  '[project]/app/page': ['static/chunks/b-_1.js', 'https://elsewhere.example/c.js'],
};
const manifest = JSON.stringify({ clientModules: { '] = {}': 1 }, entryJSFiles });
writeFileSync(
  join(folder, 'page_client-reference-manifest.js'),
  `globalThis.__RSC_MANIFEST = globalThis.__RSC_MANIFEST || {};\nglobalThis.__RSC_MANIFEST["/(dashboard)/containers/page"] = ${manifest};\n`,
);

test('the scripts of a page are those that the build names for it and what is around it, each once', async () => {
  assert.deepEqual(await readScripts(root, '/containers'), [
    '/_next/static/chunks/a.js',
    '/_next/static/chunks/b-_1.js',
  ]);
});

test('what is no page has none', async () => {
  for (const path of ['/', '/icon.svg', '/containers/web', '/../../etc/passwd', 'constructor'])
    assert.deepEqual(await readScripts(root, path), []);
});

test('pages find it through the global object; where the build cannot be read they do without', async () => {
  const name = Symbol.for('davit.page-scripts');
  const find = () => (globalThis as unknown as Record<symbol, ((path: string) => Promise<string[]>) | undefined>)[name];
  {
    using _offer = offerPageScripts(root, silentLogger);
    assert.equal((await find()?.('/containers'))?.length, 2);
  }
  assert.equal(find(), undefined);
  using _offer = offerPageScripts(join(root, 'nothing'), silentLogger);
  assert.deepEqual(await find()?.('/containers'), []);
});
