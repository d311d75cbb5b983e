// Texts that a shell would run and that programs would take for options; what any of them does leaves a file.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface HostileWords {
  /** What tries most first; each of the later ones is for where those before it are refused. */
  readonly words: readonly string[];
  /** Of runc, crun and tar. */
  readonly option: string;
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
  const line = `-x;${touch('a')};$(${touch('b')})\`${touch('c')}\`|${touch('d')}&${touch('e')}&&'"$(${touch('f')})"'`;
  const lines = `${line}\n${touch('g')}\n$(${touch('h')})`;
  // As such, as a path, as a value of a name, as a path in a container.
  const forms = [lines, line].flatMap((word) => [word, `/${word}`, `A=${word}`, `/etc:/${word}`]);
  return {
    // The last one has no slash, space or dash at its beginning, as a name might have it.
    words: [...forms, `a$(touch\${IFS}${mark});touch\${IFS}${mark}`],
    option: `--log=${join(folder, 'option')}`,
    async leftBehind() {
      const found = await Promise.all(around.map((one) => readdir(one)));
      return [...(await readdir(folder)), ...found.flat().filter((name) => name.includes(mark))];
    },
  };
}
