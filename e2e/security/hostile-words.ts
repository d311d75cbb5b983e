// Texts that a shell would run and that programs would take for options; what any of them does leaves a file.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface HostileWords {
  /** By what they try. */
  readonly words: Readonly<Record<string, string>>;
  /** Names of the files that came of them; empty when each was taken as a text. */
  leftBehind(): Promise<string[]>;
}

/**
 * @param folder an empty one, which no container has
 * @param around folders in which a program of the server may stand
 */
export function hostileWords(folder: string, around: readonly string[]): HostileWords {
  const mark = `davit-mark-${process.pid}`;
  const touch = (name: string) => `touch ${join(folder, name)}`;
  return {
    words: {
      metacharacters: `-x;${touch('a')};$(${touch('b')})\`${touch('c')}\`|${touch('d')}&${touch('e')}&&'"$(${touch('f')})"'`,
      // Without a slash, a space or a dash at its beginning, as a name might have it.
      name: `a$(touch\${IFS}${mark});touch\${IFS}${mark}`,
      lines: `a\n${touch('g')}\n$(${touch('h')})`,
      // Of runc, crun and tar.
      option: `--log=${join(folder, 'option')}`,
    },
    async leftBehind() {
      const found = await Promise.all(around.map((one) => readdir(one)));
      return [...(await readdir(folder)), ...found.flat().filter((name) => name.includes(mark))];
    },
  };
}
