// The addresses of all pages, read from the files that make them.
import { globSync } from 'node:fs';
import { join } from 'node:path';

const GROUPS = join(import.meta.dirname, '../app/(dashboard)');

/**
 * Sorted. @param objects a place in the addresses, such as `/volumes/[name]`, and the one of an object that exists.
 * @throws Error for a page of objects of which none is known
 */
export function pageAddresses(objects: Readonly<Record<string, string>>): string[] {
  return globSync('**/page.tsx', { cwd: GROUPS })
    .map((file) => `/${file}`.replace(/\/page\.tsx$/, ''))
    .filter((route) => !route.includes('[...'))
    .map((route) => {
      const [pattern, object] = Object.entries(objects).find(([start]) => route.startsWith(start)) ?? ['', ''];
      const address = route.replace(pattern, object);
      if (address.includes('[')) throw new Error(`no object is known for the page ${route}`);
      return address === '' ? '/' : address;
    })
    .toSorted();
}
