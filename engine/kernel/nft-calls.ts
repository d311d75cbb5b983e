import { SyscallError } from './syscall-error.ts';
import { loadNftLibrary, type NftLibrary } from './syscalls.ts';

/** nftables through its library, loaded at the first use: a host without it can still mount. */
export class NftCalls {
  #library: Promise<NftLibrary> | undefined;

  async run(commands: string): Promise<string> {
    this.#library ??= loadNftLibrary();
    const library = await this.#library.catch((cause: unknown) => {
      // The administrator may install it while we run.
      this.#library = undefined;
      throw cause;
    });
    const { ok, output, error } = library.run(commands);
    if (!ok) throw new SyscallError({ syscall: 'nft', errno: nftErrno(error), text: error });
    return output;
  }
}

const WORDS = [
  ['Operation not permitted', 'EPERM'],
  ['No such file or directory', 'ENOENT'],
  ['File exists', 'EEXIST'],
  ['Device or resource busy', 'EBUSY'],
  ['Operation not supported', 'EOPNOTSUPP'],
  ['Cannot allocate memory', 'ENOMEM'],
] as const;

/** The library answers in words only; what is no refusal of the kernel is a mistake in the commands. */
export function nftErrno(text: string): string {
  return WORDS.find(([words]) => text.includes(words))?.[1] ?? 'EINVAL';
}
