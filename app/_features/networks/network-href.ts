export function networkHref(name: string): string {
  return `/networks/${encodeURIComponent(name)}`;
}
