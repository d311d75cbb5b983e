/** `new` is the page beside those of the volumes themselves. */
export function volumeHref(name: string): string {
  return `/volumes/${name === 'new' ? 'by-name/' : ''}${encodeURIComponent(name)}`;
}
