// Exports that no other module imports. Followed through the import statements, not by words: a barrel that passes a name
// on uses it only when somebody imports it there. A test may import what its module also uses itself (that is why it is
// exported), but code that only tests call is dead, unless it is support for tests.
import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { type ParseResult, parseSync } from 'oxc-parser';
import { readSources, type SourceFile } from './syntax-tree.ts';

/** Where a name comes from that a module passes on. */
interface Origin {
  path: string;
  name: string;
}

interface Module {
  path: string;
  source: string;
  /** Exported name → declared here, or passed on from elsewhere. */
  exports: Map<string, { isType: boolean; from: Origin | undefined }>;
  /** Targets of `export *`. */
  stars: string[];
  imports: Origin[];
}

type Users = { code: boolean; tests: boolean };

/** Stands for every export of a module: namespace and dynamic imports. */
const ALL = '*';

/** Read by other programs, not by ours: style and purpose are in the architecture page. */
const PUBLIC = new Set(['engine/reference/index.ts: parseReference', 'engine/diff/index.ts: applyLayer']);

/** `path: name` for each export that nobody needs, values and types alike. */
export function findDeadExports(files: readonly SourceFile[]): string[] {
  const modules = new Map(files.map((file) => [file.path, readModule(file)]));
  const users = new Map<string, Users>();
  for (const { path, imports } of modules.values()) {
    for (const origin of imports) mark(origin, isTest(path));
  }
  for (const entry of PUBLIC) {
    const [path = '', name = ''] = entry.split(': ');
    mark({ path, name }, false);
  }
  return [...modules.values()].flatMap((module) =>
    isEntry(module.path)
      ? []
      : [...module.exports.keys()].filter((name) => isDead(module, name)).map((name) => `${module.path}: ${name}`),
  );

  function mark({ path, name }: Origin, byTest: boolean): void {
    const module = modules.get(path);
    if (module === undefined) return;
    if (name === ALL) {
      for (const each of module.exports.keys()) mark({ path, name: each }, byTest);
      for (const star of module.stars) mark({ path: star, name: ALL }, byTest);
      return;
    }
    const found = module.exports.get(name);
    if (found === undefined) {
      for (const star of module.stars) mark({ path: star, name }, byTest);
      return;
    }
    const known = users.get(`${path}: ${name}`) ?? { code: false, tests: false };
    if (byTest ? known.tests : known.code) return;
    users.set(`${path}: ${name}`, byTest ? { ...known, tests: true } : { ...known, code: true });
    if (found.from !== undefined) mark(found.from, byTest);
  }

  function isDead(module: Module, name: string): boolean {
    const known = users.get(`${module.path}: ${name}`);
    const found = module.exports.get(name);
    if (known === undefined || found === undefined) return true;
    if (known.code || found.from !== undefined || found.isType || isTest(module.path)) return false;
    return !usesItself(module, name);
  }
}

function readModule({ path, source }: SourceFile): Module {
  const parsed = parseSync(path, source);
  const [error] = parsed.errors;
  if (error !== undefined) throw new Error(`${path}: ${error.message}`);
  const { staticExports, staticImports, dynamicImports } = parsed.module;
  const module: Module = { path, source: withoutComments(source, parsed), exports: new Map(), stars: [], imports: [] };
  for (const { moduleRequest, entries } of staticImports) {
    for (const { importName } of entries) {
      const name =
        importName.kind === 'Name' ? importName.name : importName.kind === 'NamespaceObject' ? ALL : undefined;
      if (name) module.imports.push({ path: targetOf(path, moduleRequest.value), name });
    }
  }
  for (const { moduleRequest } of dynamicImports) {
    const specifier = source.slice(moduleRequest.start, moduleRequest.end).replaceAll(/['"`]/g, '');
    module.imports.push({ path: targetOf(path, specifier), name: ALL });
  }
  for (const entry of staticExports.flatMap((found) => found.entries)) {
    const { exportName, importName, moduleRequest, isType } = entry;
    const target = moduleRequest === null ? undefined : targetOf(path, moduleRequest.value);
    if (exportName.kind === 'Name' && exportName.name) {
      const from = target === undefined ? undefined : { path: target, name: importName.name ?? ALL };
      module.exports.set(exportName.name, { isType, from });
    } else if (target !== undefined && exportName.kind === 'None') module.stars.push(target);
  }
  return module;
}

function targetOf(from: string, specifier: string): string {
  if (specifier.startsWith('#')) return specifier.slice(1);
  if (!specifier.startsWith('.')) return specifier;
  const path = normalize(join(dirname(from), specifier));
  return existsSync(path) || /\.tsx?$/.test(path) ? path : `${path}.ts`;
}

function withoutComments(source: string, parsed: ParseResult): string {
  return parsed.comments.reduceRight((text, { start, end }) => text.slice(0, start) + text.slice(end), source);
}

/** Whether its own module names it beside the declaration. */
function usesItself({ source }: Module, name: string): boolean {
  return [...source.matchAll(/[A-Za-z_$][\w$]*/g)].filter(([word]) => word === name).length > 1;
}

/** Tests and what exists for them. */
function isTest(path: string): boolean {
  return (
    /\.(?:test|itest|suite|e2e)\.tsx?$/.test(path) ||
    /^e2e\/|\/testing\//.test(path) ||
    /(?:^|\/)(?:test|memory|fake)-[\w-]+\.ts$/.test(path)
  );
}

/** Called by name from outside: Next's route files and configuration. */
function isEntry(path: string): boolean {
  return (
    /^app\/.*(?:page|layout|error|not-found|loading|route|global-error)\.tsx?$/.test(path) || /config\.ts$/.test(path)
  );
}

function main(): void {
  const files = readSources(['{app,server,engine,scripts,e2e,bench}/**/*.{ts,tsx}', '*.ts']);
  const dead = findDeadExports(files);
  for (const line of dead) process.stdout.write(`${line}\n`);
  process.stdout.write(`${files.length} modules, ${dead.length} dead exports\n`);
  if (files.length === 0 || dead.length > 0) process.exitCode = 1;
}

if (import.meta.main) main();
