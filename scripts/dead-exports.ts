// Exported values that nothing names: no other module, and not their own beyond the declaration. Barrels are no users.
import { globSync, readFileSync } from 'node:fs';
import { parseSync } from 'oxc-parser';

export interface SourceFile {
  path: string;
  source: string;
}

/** Names of the exported values (no types, no default) that are declared in this module itself. */
export function exportedValues({ path, source }: SourceFile): string[] {
  const { module } = parseSync(path, source);
  return module.staticExports
    .flatMap((found) => found.entries)
    .filter((entry) => entry.moduleRequest === null && !entry.isType && entry.exportName.kind === 'Name')
    .flatMap((entry) => (entry.exportName.name === null ? [] : [entry.exportName.name]));
}

/** `path: name` for each exported value that is mentioned nowhere but where it is declared (and in barrels). */
export function findDeadExports(files: readonly SourceFile[]): string[] {
  const mentions = new Map<string, number>();
  for (const { path, source } of files) {
    if (/(?:^|\/)index\.ts$/.test(path)) continue;
    for (const [word] of source.matchAll(/[A-Za-z_$][\w$]*/g)) mentions.set(word, (mentions.get(word) ?? 0) + 1);
  }
  return files.flatMap((file) =>
    isEntry(file.path)
      ? []
      : exportedValues(file)
          .filter((name) => (mentions.get(name) ?? 0) < 2)
          .map((name) => `${file.path}: ${name}`),
  );
}

/** Called by name from outside: Next's route files and configuration. */
function isEntry(path: string): boolean {
  return (
    /^app\/.*(?:page|layout|error|not-found|loading|route|global-error|i18n-request|request)\.tsx?$/.test(path) ||
    /config\.ts$/.test(path)
  );
}

function main(): void {
  const files = globSync('{app,server,engine,scripts,e2e}/**/*.{ts,tsx}').map((path) => ({
    path,
    source: readFileSync(path, 'utf8'),
  }));
  const dead = findDeadExports(files);
  for (const line of dead) process.stdout.write(`${line}\n`);
  process.stdout.write(`${files.length} modules, ${dead.length} dead exports\n`);
  if (files.length === 0 || dead.length > 0) process.exitCode = 1;
}

if (import.meta.main) main();
