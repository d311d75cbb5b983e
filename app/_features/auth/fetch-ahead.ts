/**
 * Has code of the next page come while this one waits for its reader. A script that was fetched is known to the loader by its
 * address, so that the page asks for none of them again.
 */
export function fetchAhead(scripts: readonly string[]): void {
  const here = new Set(Array.from(document.scripts, ({ src }) => src));
  for (const address of scripts) {
    const src = new URL(address, document.baseURI).href;
    if (here.has(src)) continue;
    document.head.append(Object.assign(document.createElement('script'), { src, async: true }));
  }
  // Comes by itself in no page, and is wanted by long lists.
  import('../../_ui/data-table/window-rows.tsx').catch(() => {
    // What cannot be had now is asked for again by the page that needs it.
  });
}
