import { closeSync, constants, fstatSync } from 'node:fs';
import { kindAt, listFolder, tryOpenFolder } from '../file/folder-chain.ts';
import { getAttribute, O_PATH, OPEN_FOLDER, openAt } from '../file/posix.ts';

const NO_FOLLOW = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Looks at the stack of layers below as overlay would show it: the topmost wins, whiteouts and opaque folders hide.
 * Links are never followed. Descriptors are opened before the process enters its root.
 */
export class LowerLayers implements Disposable {
  /** Topmost first. */
  readonly #roots: number[];

  constructor(folders: readonly string[]) {
    this.#roots = folders.map((folder) => openAt(-100, Buffer.from(folder).toString('latin1'), OPEN_FOLDER));
  }

  /** Descriptor of a visible folder; the caller closes it. */
  openFolder(path: readonly string[]): number | undefined {
    return this.#find(path, (parent, name) =>
      kindAt(parent, name) === 'folder' ? openAt(parent, name, OPEN_FOLDER) : undefined,
    );
  }

  /** Descriptor of a visible regular file; the caller closes it. */
  openFile(path: readonly string[]): number | undefined {
    return this.#find(path, (parent, name) => {
      if (kindAt(parent, name) !== 'file') return undefined;
      const fd = openAt(parent, name, NO_FOLLOW);
      if (fstatSync(fd).isFile()) return fd;
      closeSync(fd);
      return undefined;
    });
  }

  /** Descriptor of whatever is visible, whiteouts of a layer included, without opening it; the caller closes it. */
  openNode(path: readonly string[]): number | undefined {
    return this.#find(path, (parent, name) => openAt(parent, name, O_PATH | constants.O_NOFOLLOW));
  }

  /** Names in a folder of any layer, hidden ones too. */
  namesIn(path: readonly string[]): string[] {
    const names = new Set<string>();
    for (const root of this.#roots) {
      const { fd, hidesLower } = this.#descend(root, path);
      if (fd !== undefined) {
        for (const name of listFolder(fd)) names.add(name);
        closeSync(fd);
      }
      if (hidesLower) break;
    }
    return [...names];
  }

  /** Names in the root of any layer, hidden ones too. */
  rootNames(): Set<string> {
    return new Set(this.#roots.flatMap(listFolder));
  }

  [Symbol.dispose](): void {
    for (const root of this.#roots) closeSync(root);
  }

  #find(path: readonly string[], open: (parent: number, name: string) => number | undefined): number | undefined {
    const base = path.at(-1);
    if (base === undefined) return undefined;
    for (const root of this.#roots) {
      const parent = this.#descend(root, path.slice(0, -1));
      if (parent.fd !== undefined) {
        try {
          if (kindAt(parent.fd, base) !== 'missing') return open(parent.fd, base);
        } finally {
          closeSync(parent.fd);
        }
      }
      if (parent.hidesLower) return undefined;
    }
    return undefined;
  }

  #descend(root: number, path: readonly string[]): { fd: number | undefined; hidesLower: boolean } {
    let fd = openAt(root, '.', OPEN_FOLDER);
    let hidesLower = false;
    for (const name of path) {
      const next = tryOpenFolder(fd, name);
      closeSync(fd);
      if (next === 'missing') return { fd: undefined, hidesLower };
      if (next === undefined) return { fd: undefined, hidesLower: true };
      fd = next;
      hidesLower ||= getAttribute(fd, 'trusted.overlay.opaque') === 'y';
    }
    return { fd, hidesLower };
  }
}
