/** Pages beside those of the networks themselves. */
const FIXED_WORDS = new Set(['new', 'ports']);

export function networkHref(name: string): string {
  return `/networks/${FIXED_WORDS.has(name) ? 'by-name/' : ''}${encodeURIComponent(name)}`;
}
