import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { acceptedEncodings } from './accepted-encodings.ts';

const BASE = '/_next/static/';
const TYPES: Readonly<Record<string, string>> = {
  js: 'application/javascript; charset=UTF-8',
  css: 'text/css; charset=UTF-8',
};
/** The better one first; the build leaves them beside each file. */
const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

/**
 * Scripts and styles of the dashboard as the build has compressed them: smaller than what can be compressed while somebody waits,
 * and at no cost to the server. Gives whether it has answered; what has no compressed form is left to the framework.
 */
export function createStaticFiles(root: string): (req: IncomingMessage, res: ServerResponse) => Promise<boolean> {
  const folder = join(root, '.next/static');
  // The names there are, so that nothing of a request ever becomes part of a path.
  const files = new Set(readdirSync(folder, { recursive: true, encoding: 'utf8' }));
  return async (req, res) => {
    if (!req.url?.startsWith(BASE)) return false;
    const name = req.url.slice(BASE.length).split('?')[0] ?? '';
    const type = TYPES[name.slice(name.lastIndexOf('.') + 1)];
    const accepted = acceptedEncodings(req.headers['accept-encoding'] ?? '');
    const found = ENCODINGS.find(([encoding, end]) => accepted.has(encoding) && files.has(name + end));
    if (type === undefined || found === undefined) return false;
    const bytes = await readFile(join(folder, name + found[1]));
    // A policy is for documents.
    res.removeHeader('content-security-policy');
    res.writeHead(200, {
      'content-type': type,
      'content-encoding': found[0],
      'content-length': bytes.length,
      vary: 'accept-encoding',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    res.end(req.method === 'HEAD' ? undefined : bytes);
    return true;
  };
}
