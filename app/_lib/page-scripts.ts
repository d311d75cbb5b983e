/** The server that serves these pages sets it in its own process. */
const SCRIPTS = Symbol.for('davit.page-scripts');

/** Addresses of the scripts of another page of this build, for a page that leads there; none where nobody knows them. */
export async function scriptsOfPage(path: string): Promise<readonly string[]> {
  const find = (globalThis as { [SCRIPTS]?: (path: string) => Promise<string[]> })[SCRIPTS];
  return (await find?.(path)) ?? [];
}
