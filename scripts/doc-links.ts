// Links of the documentation lead somewhere: files exist, headings too.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

interface Page {
  path: string;
  text: string;
}

/** `path: "target": why` for each link that leads nowhere; addresses on the web are not asked. */
export function findBrokenLinks(pages: readonly Page[], exists: (path: string) => boolean): string[] {
  const byPath = new Map(pages.map((page) => [page.path, page]));
  return pages.flatMap((page) =>
    linksOf(page.text).flatMap((target) => {
      const fault = faultOf(page, target);
      return fault === undefined ? [] : [`${page.path}: "${target}": ${fault}`];
    }),
  );

  function faultOf(page: Page, target: string): string | undefined {
    if (/^(?:https?|mailto):/.test(target)) return undefined;
    if (target.startsWith('/')) return 'a path of one machine';
    const [file = '', heading] = target.split('#');
    const path = file === '' ? page.path : normalize(join(dirname(page.path), file)).replace(/\/$/, '');
    if (!exists(path)) return 'no such file';
    const linked = byPath.get(path);
    if (heading === undefined || linked === undefined) return undefined;
    return headingsOf(linked.text).has(heading) ? undefined : 'no such heading';
  }
}

/** Targets of `[text](target)`, `![text](target)`, `src="target"` and `srcset="target"`, outside code. */
function linksOf(text: string): string[] {
  const prose = withoutCode(text);
  const inline = [...prose.matchAll(/\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g)];
  const html = [...prose.matchAll(/\b(?:src|srcset|href)="([^"\s]+)"/g)];
  return [...inline, ...html].map((match) => match[1] ?? '');
}

/** Anchors as forges make them: lower case, signs gone, spaces to dashes. */
function headingsOf(text: string): Set<string> {
  const titles = [...withoutCode(text).matchAll(/^#{1,6} +(.+)$/gm)].map((match) => match[1] ?? '');
  return new Set(
    titles.map((title) =>
      title
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .trim()
        .replaceAll(' ', '-'),
    ),
  );
}

function withoutCode(text: string): string {
  return text.replaceAll(/^```.*?^```/gms, '').replaceAll(/`[^`\n]*`/g, '');
}

function main(): void {
  const pages = globSync(['*.md', 'docs/**/*.md']).map((path) => ({ path, text: readFileSync(path, 'utf8') }));
  const links = pages.flatMap(({ text }) => linksOf(text));
  const faults = findBrokenLinks(pages, existsSync);
  for (const fault of faults) process.stdout.write(`${fault}\n`);
  process.stdout.write(`${pages.length} pages, ${links.length} links, ${faults.length} broken\n`);
  if (pages.length === 0 || links.length === 0 || faults.length > 0) process.exitCode = 1;
}

if (import.meta.main) main();
