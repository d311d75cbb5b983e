import { lstatSync, readdirSync, rmdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../errors/index.ts';

const MAX_ENTRIES = 200;
/** With names of 255 bytes still a path that the kernel takes. */
const MAX_DEPTH = 10;

interface Found {
  files: string[];
  /** Each after the folder it lies in. */
  folders: string[];
}

/**
 * Removes a folder with little in it. False, and nothing was removed, when there is too much or too deep, or something on
 * another file system; false as well when an entry cannot be removed. Nothing there is fine.
 */
export function removeSmallTree(path: string): boolean {
  try {
    const found: Found = { files: [], folders: [] };
    const { dev } = lstatSync(path);
    if (!collect(path, dev, 0, found)) return false;
    for (const file of found.files) unlinkSync(file);
    for (const folder of found.folders.reverse()) rmdirSync(folder);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return !isThere(path);
    // Who removes it by other means says what is in the way.
    return false;
  }
}

function collect(folder: string, dev: number, depth: number, found: Found): boolean {
  if (depth > MAX_DEPTH || lstatSync(folder).dev !== dev) return false;
  found.folders.push(folder);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (found.files.length + found.folders.length > MAX_ENTRIES) return false;
    if (!entry.isDirectory()) found.files.push(path);
    else if (!collect(path, dev, depth + 1, found)) return false;
  }
  return true;
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
