// What a page loads of script before it is drawn.
import { pageAddresses } from '../../e2e/page-addresses.ts';
import type { Result } from './results.ts';
import type { Stage } from './stage.ts';

export async function javascript({ api, davit }: Stage): Promise<Result[]> {
  const [image] = await api.trpc.images.list.query({});
  const [operation] = await api.trpc.operations.list.query({});
  const addresses = pageAddresses({
    '/activity/operations/[id]': `/activity/operations/${operation?.id}`,
    '/containers/[name]': '/containers/c-0001',
    '/images/[id]': `/images/${encodeURIComponent(image?.id ?? '')}`,
    '/networks/[name]': '/networks/bridge',
    '/volumes/[name]': '/volumes/none',
  });
  const results: Result[] = [];
  for (const address of addresses) {
    const what = address.replace(/sha256[^/]+|[0-9a-f-]{36}/, '[id]').replace('c-0001', '[name]');
    const scripts = await scriptsOf(davit.url + address, api.cookie());
    for (const encoding of ['br', 'gzip'] as const) {
      const sizes = await Promise.all(scripts.map((url) => compressedSize(url, encoding)));
      const values = [sizes.reduce((sum, size) => sum + size, 0) / 1_000];
      results.push({ what: `script of ${what}, ${encoding}`, unit: 'kB', values, target: 200 });
    }
  }
  return results;
}

/** Those that the document names: a browser fetches them before it draws. Polyfills are only for browsers without modules. */
async function scriptsOf(address: string, cookie: string): Promise<string[]> {
  const answer = await fetch(address, { headers: { cookie } });
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
  const html = await answer.text();
  const tags = Array.from(html.matchAll(/<script\b([^>]*)>/g), ([, words = '']) => words);
  const paths = tags
    .filter((words) => !/\bnomodule\b/i.test(words))
    .flatMap((words) => /\bsrc="([^"]+)"/.exec(words)?.[1] ?? []);
  if (paths.length === 0) throw new Error(`${address} names no script`);
  return [...new Set(paths)].map((path) => new URL(path, address).href);
}

/** Bytes on the wire, without headers. @throws Error where the server does not compress */
async function compressedSize(url: string, encoding: 'br' | 'gzip'): Promise<number> {
  const answer = await fetch(url, { method: 'HEAD', headers: { 'accept-encoding': encoding } });
  if (answer.headers.get('content-encoding') !== encoding) throw new Error(`${url} came without ${encoding}`);
  return Number(answer.headers.get('content-length'));
}
