// The dashboard as a later version would have built it: another build id, and other names for every script and style.
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';

export const BUILD = join(import.meta.dirname, '../../.next');

const TEXTS = new Set(['.js', '.css', '.json', '.html', '.rsc', '.meta', '']);
/** Caches and what only builds read. */
const LEFT_OUT = /^(cache|diagnostics|trace|types)$/;

/** Copies the build as it is. */
export async function copyBuild(to: string): Promise<void> {
  await cp(BUILD, to, { recursive: true, filter: (path) => !LEFT_OUT.test(path.slice(BUILD.length + 1)) });
}

/** @returns what the names of its scripts end with */
export async function renameBuild(folder: string): Promise<string> {
  const mark = 'zz9';
  const id = (await readFile(join(folder, 'BUILD_ID'), 'utf8')).trim();
  const chunks = await readdir(join(folder, 'static/chunks'));
  const names = new Map([[id, `${id.slice(0, -mark.length)}${mark}`]]);
  for (const chunk of chunks.filter((name) => /^[\w-]+\.(js|css)$/.test(name))) {
    const stem = basename(chunk, extname(chunk));
    names.set(stem, `${stem.slice(0, -mark.length)}${mark}`);
  }
  const any = new RegExp([...names.keys()].map((name) => RegExp.escape(name)).join('|'), 'g');
  const renamed = (text: string) => text.replace(any, (name) => names.get(name) ?? name);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    // Compressed copies would still name the old ones: the framework sends the new ones as they are.
    if (/\.(br|gz|map)$/.test(entry.name)) await rm(path);
    else if (TEXTS.has(extname(entry.name))) {
      const text = await readFile(path, 'utf8');
      await rm(path);
      const target = renamed(path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, renamed(text));
    }
  }
  return mark;
}
