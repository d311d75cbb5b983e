import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findFault, readEdges, resolveTarget } from './import-directions.ts';

function faultOf(file: string, source: string): string | undefined {
  const [edge] = readEdges(file, source);
  assert.ok(edge);
  const target = resolveTarget(edge);
  assert.ok(target);
  return findFault(edge, target);
}

const REFUSED: [file: string, source: string, why: RegExp][] = [
  ['engine/lib/a.ts', "import { x } from '../images/index.ts';", /lies below/],
  ['engine/content/a.ts', "import { x } from '../snapshots/index.ts';", /one rank/],
  ['engine/content/a.ts', "export { x } from '#server/db/index.ts';", /nothing outside/],
  ['engine/content/a.ts', "const x = await import('#server/db/index.ts');", /nothing outside/],
  ['server/trpc/a.ts', "import { x } from '#engine/content/blob.ts';", /index\.ts/],
  ['server/trpc/a.ts', "import { x } from '#prisma';", /Prisma/],
  ['app/a.tsx', "import { x } from '#server/auth/session.ts';", /schema/],
  ['app/a.tsx', "import { x } from '#engine/index.ts';", /no values/],
  ['server/a.ts', "import { x } from '../app/page.tsx';", /never imports app/],
  ['server/trpc/a.schema.ts', "import { ROLES } from '../access/index.ts';", /only from schemas/],
];

for (const [file, source, why] of REFUSED) {
  test(`refuses ${source} in ${file}`, () => {
    assert.match(faultOf(file, source) ?? 'allowed', why);
  });
}

const ALLOWED: [file: string, source: string][] = [
  ['engine/images/a.ts', "import { x } from '../content/index.ts';"],
  ['engine/content/a.ts', "import type { X } from '../snapshots/index.ts';"],
  ['server/stores/a.ts', "import { PrismaClient } from '#prisma';"],
  ['app/a.tsx', "import type { AppRouter } from '#server/trpc/router.ts';"],
  ['app/a.tsx', "import { input } from '#server/trpc/images/tag.schema.ts';"],
  ['server/trpc/a/a.schema.ts', "import { ref } from '../input.schema.ts';"],
  ['server/a.ts', "import { createEngine } from '#engine/index.ts';"],
];

for (const [file, source] of ALLOWED) {
  test(`allows ${source} in ${file}`, () => {
    assert.equal(faultOf(file, source), undefined);
  });
}
