import type { MountInfo } from './kernel.ts';

/**
 * Parses /proc/self/mountinfo. `options` joins those of the mount and those of the file system
 * (`rw,relatime` and `rw,lowerdir=…`), each once.
 */
export function parseMountInfo(text: string): MountInfo[] {
  const mounts: MountInfo[] = [];
  for (const line of text.split('\n')) {
    const mount = tryParseLine(line);
    if (mount !== undefined) mounts.push(mount);
  }
  return mounts;
}

function tryParseLine(line: string): MountInfo | undefined {
  const fields = line.split(' ');
  // A variable number of propagation tags stands before the lone dash.
  const dash = fields.indexOf('-', 6);
  const [target, own] = [fields[4], fields[5]];
  const [fsType, source, superOptions] = fields.slice(dash + 1);
  if (dash < 0 || target === undefined || own === undefined || fsType === undefined || source === undefined) {
    return undefined;
  }
  const options = new Set([...own.split(','), ...(superOptions ?? '').split(',')].filter((option) => option !== ''));
  return {
    target: unescapeOctal(target),
    fsType: unescapeOctal(fsType),
    source: unescapeOctal(source),
    options: unescapeOctal([...options].join(',')),
    propagation: propagationOf(fields.slice(6, dash)),
  };
}

/** A mount may be a slave and shared at once: then it passes on what happens in it. */
function propagationOf(tags: readonly string[]): MountInfo['propagation'] {
  if (tags.some((tag) => tag.startsWith('shared:'))) return 'shared';
  return tags.some((tag) => tag.startsWith('master:')) ? 'slave' : 'private';
}

/** The kernel writes space, tab, newline, backslash and `#` as three octal digits of one byte. */
export function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
