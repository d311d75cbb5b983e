import { closeSync } from 'node:fs';
import { corrupt } from '../corrupt.ts';
import { FolderChain, kindAt, removeTreeAt } from '../file/folder-chain.ts';
import { changeFolder, makeFolderAt, setAttribute, systemCode } from '../file/posix.ts';
import type { TarEntry } from '../tar/tar-entry.ts';
import { copyAttributes, type LayerAttributes } from './layer-attributes.ts';
import { OPAQUE, whiteOut } from './layer-nodes.ts';
import type { LowerLayers } from './lower-layers.ts';

/** The folders of a layer while it is unpacked: entered step by step without following links, described or implied by entries. */
export class LayerFolders implements Disposable {
  readonly #chain: FolderChain;
  readonly #lower: LowerLayers;
  readonly #attributes: LayerAttributes;
  #rootIsOpaque = false;

  /** Takes the descriptor over. */
  constructor(deps: { rootFd: number; lower: LowerLayers; attributes: LayerAttributes }) {
    this.#chain = new FolderChain(deps.rootFd);
    this.#lower = deps.lower;
    this.#attributes = deps.attributes;
  }

  /** Makes what is missing. The descriptor is valid until the next call. @throws EngineError `data_corrupt` */
  enterParent(entry: TarEntry, path: readonly string[]): number {
    const fd = this.#chain.enter(path, (folder, made) => this.#copyFolderAttributes(folder, made));
    if (fd === undefined) {
      throw corrupt('parent_not_folder', 'A folder on the way to an entry is a link or a file', entry.name);
    }
    return fd;
  }

  /** Makes nothing: undefined when a step is missing or no folder. */
  tryEnter(path: readonly string[]): number | undefined {
    return this.#chain.enter(path);
  }

  make(entry: TarEntry, path: readonly string[], base: string): void {
    const hidesLower = makeFolder(this.enterParent(entry, path), base);
    const fd = this.enterParent(entry, [...path, base]);
    if (hidesLower) setAttribute(fd, OPAQUE, 'y');
    this.#attributes.set(fd, entry);
    this.#chain.setMtime(entry.mtimeNs);
  }

  setRoot(entry: TarEntry): void {
    if (entry.kind !== 'folder') throw corrupt('root_not_folder', 'The archive replaces its own root', entry.name);
    this.#chain.enter([]);
    this.#attributes.set(this.#chain.rootFd, entry);
    this.#chain.setMtime(entry.mtimeNs);
  }

  hideLower(entry: TarEntry, path: readonly string[]): void {
    const fd = this.enterParent(entry, path);
    if (path.length === 0) this.#rootIsOpaque = true;
    else setAttribute(fd, OPAQUE, 'y');
  }

  /** After the last member: the lower root is hidden where the layer asks for it. */
  finish(): void {
    const root = this.#chain.enter([]);
    if (!this.#rootIsOpaque || root === undefined) return;
    // Overlay ignores the mark on its root folder, so each name of the lower roots is hidden by itself.
    const names = this.#lower.rootNames();
    changeFolder(root);
    for (const name of names) whiteOut(root, name);
  }

  [Symbol.dispose](): void {
    this.#chain[Symbol.dispose]();
  }

  /** A folder no entry describes looks as it does in the layers below; overlay would show ours instead of theirs. */
  #copyFolderAttributes(fd: number, path: readonly string[]): void {
    const lower = this.#lower.openFolder(path);
    if (lower === undefined) return;
    try {
      copyAttributes(lower, fd);
    } finally {
      closeSync(lower);
    }
  }
}

/** True when something of this layer was here and had replaced the lower folder: that one stays hidden. */
function makeFolder(parent: number, base: string): boolean {
  try {
    makeFolderAt(parent, base);
    return false;
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  }
  if (kindAt(parent, base) === 'folder') return false;
  removeTreeAt(parent, base);
  makeFolderAt(parent, base);
  return true;
}
