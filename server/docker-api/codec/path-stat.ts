import type { PathStat } from '#engine/diff/index.ts';

const S_IFMT = 0o170000;

/** Go's io/fs FileMode keeps the kind of file and the special bits high up. */
const GO_KIND = new Map([
  [0o040000, 2 ** 31],
  [0o120000, 2 ** 27],
  [0o060000, 2 ** 26],
  [0o020000, 2 ** 26 + 2 ** 21],
  [0o010000, 2 ** 25],
  [0o140000, 2 ** 24],
]);

/** Value of the header `X-Docker-Container-Path-Stat`. */
export function pathStatHeader({ name, sizeBytes, mode, mtime, linkTarget }: PathStat): string {
  const time = mtime.toISOString().replace(/\.?0*Z$/, 'Z');
  return Buffer.from(JSON.stringify({ name, size: sizeBytes, mode: goMode(mode), mtime: time, linkTarget })).toString(
    'base64',
  );
}

function goMode(mode: number): number {
  const special = (mode & 0o4000 ? 2 ** 23 : 0) + (mode & 0o2000 ? 2 ** 22 : 0) + (mode & 0o1000 ? 2 ** 20 : 0);
  return (GO_KIND.get(mode & S_IFMT) ?? 0) + special + (mode & 0o777);
}
