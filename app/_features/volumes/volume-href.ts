export function volumeHref(name: string): string {
  return `/volumes/${encodeURIComponent(name)}`;
}
