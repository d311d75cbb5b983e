const SIZE = /^(\d+(?:\.\d+)?)\s*(b|k|m|g|t|kb|mb|gb|tb|kib|mib|gib|tib)?$/i;
const POWERS = { b: 0, k: 1, m: 2, g: 3, t: 4 } as const;

/** Reads `512m`, `1.5 GiB` as Docker does: all units binary. Undefined when it is no size. */
export function tryParseSize(text: string): number | undefined {
  const match = SIZE.exec(text.trim());
  if (match === null) return undefined;
  const letter = (match[2] ?? 'b').charAt(0).toLowerCase();
  const power = POWERS[letter as keyof typeof POWERS];
  return Math.round(Number(match[1]) * 1024 ** power);
}
