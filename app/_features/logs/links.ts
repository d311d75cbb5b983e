/** An address in a text: where it stands and where it leads. */
export interface TextLink {
  from: number;
  to: number;
  href: string;
  host: string;
}

const ADDRESS = /\bhttps?:\/\/[^\s<>"'`{}|\\^]+/gi;
/** Ends a sentence rather than an address. */
const AFTER = /[.,;:!?*_~'"]+$/;
const MAX_LINKS = 20;
const MAX_LENGTH = 2_048;

/** Addresses of the web in a text; anything else, whatever it looks like, stays text. */
export function findLinks(text: string): TextLink[] {
  if (!text.includes('://')) return [];
  const links: TextLink[] = [];
  for (const match of text.matchAll(ADDRESS)) {
    if (links.length === MAX_LINKS) break;
    const address = trimmed(match[0]);
    const url = address.length > MAX_LENGTH ? null : URL.parse(address);
    // A name and a password in an address are there to deceive, or are secrets.
    if (url === null || url.host === '' || url.username !== '' || url.password !== '') continue;
    if (url.protocol !== 'http:' && url.protocol !== 'https:') continue;
    links.push({ from: match.index, to: match.index + address.length, href: url.href, host: url.host });
  }
  return links;
}

/** Without what belongs to the text around it; a bracket stays when its partner is inside. */
function trimmed(address: string): string {
  let rest = address.replace(AFTER, '');
  for (const [open, close] of [
    ['(', ')'],
    ['[', ']'],
  ] as const)
    while (rest.endsWith(close) && rest.split(close).length > rest.split(open).length)
      rest = rest.slice(0, -1).replace(AFTER, '');
  return rest;
}
