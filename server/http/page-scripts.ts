import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '#engine/lib/index.ts';

const SCRIPTS = Symbol.for('davit.page-scripts');

type FindScripts = (path: string) => Promise<string[]>;

/**
 * Lets a page that renders in this process ask for the scripts of another one, so that they can be fetched while somebody still
 * types a password. Through the global object, as pages do not import the server.
 */
export function offerPageScripts(root: string, log: Logger): Disposable {
  const known = new Map<string, Promise<string[]>>();
  const find: FindScripts = (path) => {
    let scripts = known.get(path);
    if (scripts === undefined) {
      scripts = readScripts(root, path).catch((err: unknown) => {
        // Only slower without them.
        log.warn({ err, path }, 'the scripts of a page are not known');
        return [];
      });
      // Addresses with a name in them lead to no page of this list: it stays as short as the list of pages.
      void scripts.then(({ length }) => length === 0 && known.delete(path));
      known.set(path, scripts);
    }
    return scripts;
  };
  Object.assign(globalThis, { [SCRIPTS]: find });
  return { [Symbol.dispose]: () => void Reflect.deleteProperty(globalThis, SCRIPTS) };
}

/** Addresses of the scripts that the document of a page names, as the build wrote them down; none for a page that is not there. */
export async function readScripts(root: string, path: string): Promise<string[]> {
  const folder = join(root, '.next');
  const routes = JSON.parse(await readFile(join(folder, 'app-path-routes-manifest.json'), 'utf8')) as unknown;
  // The name of a file comes from the build, never from the address.
  const [page] = entriesOf(routes).find(([name, route]) => route === path && name.endsWith('/page')) ?? [];
  if (page === undefined) return [];
  const text = await readFile(join(folder, 'server/app', `${page}_client-reference-manifest.js`), 'utf8');
  const { entryJSFiles } = JSON.parse(/\] = (\{.*\});?\s*$/s.exec(text)?.[1] ?? '{}') as { entryJSFiles?: unknown };
  const files = entriesOf(entryJSFiles).flatMap(([, names]) => (Array.isArray(names) ? names : []));
  return [...new Set(files.filter((name) => /^static\/[\w./-]+\.js$/.test(String(name))))].map(
    (name) => `/_next/${name}`,
  );
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}
