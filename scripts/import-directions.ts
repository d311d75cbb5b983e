// Who may import whom: app → server → engine, and inside the engine only towards lower ranks. Read from the syntax tree,
// so `import type` is told apart; a run that reads no module fails, because a check of nothing proves nothing.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { parseSync } from 'oxc-parser';

interface ImportEdge {
  from: string;
  specifier: string;
  typeOnly: boolean;
}

/** Modules of one rank do not know each other; `testing` may see everything. */
const ENGINE_RANKS: readonly (readonly string[])[] = [
  ['errors', 'lib', 'paths.ts'],
  ['events', 'oci', 'stats'],
  ['reference'],
  ['kernel'],
  ['content', 'snapshots', 'diff', 'registry-client', 'runtime', 'networks'],
  ['volumes'],
  ['images'],
  ['containers'],
  ['build'],
  ['compose'],
  ['system'],
  ['index.ts'],
  ['testing'],
];

const RANK = new Map(ENGINE_RANKS.flatMap((modules, rank) => modules.map((name) => [name, rank] as const)));

/** All edges of one module, static, dynamic and re-exports. @throws Error when the file does not parse */
export function readEdges(file: string, source: string): ImportEdge[] {
  const { module, errors } = parseSync(file, source);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${file}: ${error.message}`);
  return [
    ...module.staticImports.map((found) => ({
      from: file,
      specifier: found.moduleRequest.value,
      typeOnly: found.entries.length > 0 && found.entries.every((entry) => entry.isType),
    })),
    ...module.staticExports
      .flatMap((found) => found.entries)
      .flatMap((entry) =>
        entry.moduleRequest === null
          ? []
          : [{ from: file, specifier: entry.moduleRequest.value, typeOnly: entry.isType }],
      ),
    ...module.dynamicImports.map((found) => ({
      from: file,
      specifier: source.slice(found.moduleRequest.start, found.moduleRequest.end).replaceAll(/['"`]/g, ''),
      typeOnly: false,
    })),
  ];
}

/** Path from the root of one of our own modules; undefined for packages. */
export function resolveTarget({ from, specifier }: ImportEdge): string | undefined {
  if (specifier === '#prisma') return 'prisma/generated/client.ts';
  if (specifier.startsWith('#')) return specifier.slice(1);
  return specifier.startsWith('.') ? normalize(join(dirname(from), specifier)) : undefined;
}

/** Why this edge is not allowed, or undefined when it is. */
export function findFault(edge: ImportEdge, target: string): string | undefined {
  const [fromTop = '', fromModule = ''] = edge.from.split('/');
  const [toTop = '', toModule = ''] = target.split('/');
  const isTest = /\.(?:test|itest|suite)\.tsx?$/.test(edge.from) || edge.from.startsWith('engine/testing/');
  if (toTop === 'prisma' && fromTop === 'server' && !['db', 'stores'].includes(fromModule) && !edge.typeOnly)
    return 'only server/db and server/stores know Prisma';
  if (toTop === 'prisma' && fromTop !== 'server' && fromTop !== 'prisma')
    return 'only server/db and server/stores know Prisma';
  if (fromTop === 'app' && toTop === 'engine' && !edge.typeOnly) return 'app takes no values from the engine';
  if (fromTop === 'app' && toTop === 'server' && !edge.typeOnly && !target.endsWith('.schema.ts'))
    return 'app takes only types and *.schema.ts from the server';
  // The pages hold the schemas, and are built again when one of them changes: see ensure_build in ./davit.
  if (/^server\/trpc\/.*\.schema\.ts$/.test(edge.from) && !edge.typeOnly && !target.endsWith('.schema.ts'))
    return 'a schema takes values only from schemas';
  if (fromTop === 'server' && toTop === 'app') return 'server never imports app';
  if (fromTop === 'engine' && toTop !== 'engine') return 'engine imports nothing outside itself';
  if (toTop !== 'engine' || isTest) return undefined;
  if (fromTop !== 'engine')
    return edge.typeOnly || /^engine\/(?:[\w-]+\/)?(?:index|paths)\.ts$/.test(target)
      ? undefined
      : 'enter an engine module through its index.ts';
  return fromModule === toModule ? undefined : findRankFault(edge, fromModule, toModule);
}

function findRankFault(edge: ImportEdge, from: string, to: string): string | undefined {
  const fromRank = RANK.get(from);
  const toRank = RANK.get(to);
  if (fromRank === undefined || toRank === undefined)
    return `${fromRank === undefined ? from : to} has no rank: add it to ENGINE_RANKS`;
  // Types of a neighbour cost nothing at run time; a value from it, or anything from above, turns the layers round.
  if (toRank > fromRank) return `engine/${from} lies below engine/${to}`;
  if (toRank === fromRank && !edge.typeOnly && from !== 'errors' && from !== 'lib')
    return `engine/${from} and engine/${to} are of one rank`;
  return undefined;
}

function main(): void {
  const files = globSync(['app', 'server', 'engine'].map((top) => `${top}/**/*.{ts,tsx}`));
  const edges = files.flatMap((file) => readEdges(file, readFileSync(file, 'utf8')));
  const faults = edges.flatMap((edge) => {
    const target = resolveTarget(edge);
    if (target === undefined) return [];
    const fault =
      !target.startsWith('prisma/generated') && !existsSync(target) ? 'no such file' : findFault(edge, target);
    return fault === undefined ? [] : [`${edge.from}: "${edge.specifier}": ${fault}`];
  });
  for (const fault of faults) process.stdout.write(`${fault}\n`);
  process.stdout.write(`${files.length} modules, ${edges.length} imports, ${faults.length} faults\n`);
  if (files.length === 0 || edges.length === 0 || faults.length > 0) process.exitCode = 1;
}

if (import.meta.main) main();
