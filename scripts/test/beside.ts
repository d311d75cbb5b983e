// Two suites run as one.
import type { Suite } from './suite.ts';

/**
 * Files of one wait for moments and for the kernel while those of the other compute: one after the other, each suite would
 * leave a part of the processors unused. Both have to have files.
 */
export function beside(one: Suite, other: Suite, sideBySide: number): Suite {
  let ofOne: ReadonlySet<string> = new Set();
  return {
    files() {
      const [first, second] = [one.files(), other.files()];
      ofOne = new Set(first);
      return first.length === 0 || second.length === 0 ? [] : mixed(first, second);
    },
    sideBySide,
    async prepare() {
      await one.prepare?.();
      await other.prepare?.();
    },
    runFile: (file, again) => (ofOne.has(file) ? one : other).runFile(file, again),
  };
}

/** Each in its order, and as evenly as their numbers allow, so that neither is left over at the end. */
function mixed(one: readonly string[], other: readonly string[]): string[] {
  const placed = [one, other].flatMap((files) => files.map((file, at) => ({ file, place: (at + 0.5) / files.length })));
  return placed.sort((a, b) => a.place - b.place).map(({ file }) => file);
}
