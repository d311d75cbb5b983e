import { closeSync, fstatSync, readSync } from 'node:fs';
import { corrupt } from '../corrupt.ts';
import { CREATE, writeAll } from '../file/file-writer.ts';
import { kindAt, makeInstead } from '../file/folder-chain.ts';
import { linkAt, OPEN_FOLDER, openAt, systemCode } from '../file/posix.ts';
import type { SpaceGuard } from '../file/space-guard.ts';
import { entryPath } from '../tar/entry-path.ts';
import type { TarEntry } from '../tar/tar-entry.ts';
import { copyAttributes } from './layer-attributes.ts';
import type { LayerFolders } from './layer-folders.ts';
import type { LowerLayers } from './lower-layers.ts';

/** Hard links of a layer, to its own files and to those of the layers below. */
export class HardLinks {
  readonly #folders: LayerFolders;
  readonly #lower: LowerLayers;
  readonly #guard: SpaceGuard;

  constructor(deps: { folders: LayerFolders; lower: LowerLayers; guard: SpaceGuard }) {
    this.#folders = deps.folders;
    this.#lower = deps.lower;
    this.#guard = deps.guard;
  }

  /** @throws EngineError `data_corrupt` for a target that is missing, outside, no file, or the link itself */
  make(entry: TarEntry, path: readonly string[], base: string): void {
    const target = entryPath(entry.linkName);
    const targetBase = target.at(-1);
    if (targetBase === undefined) throw corrupt('hardlink_target', 'A hard link points to the root', entry.name);
    if (target.join('/') === [...path, base].join('/')) {
      throw corrupt('hardlink_target', 'A hard link points to itself', entry.name);
    }
    const targetParent = this.#folders.tryEnter(target.slice(0, -1));
    const kind = targetParent === undefined ? 'missing' : kindAt(targetParent, targetBase);
    if (targetParent === undefined || kind === 'missing') {
      this.#copyUp(entry, target);
      this.make(entry, path, base);
      return;
    }
    if (kind !== 'file' && kind !== 'symlink') {
      throw corrupt('hardlink_target', 'A hard link points to something that is no file', entry.name);
    }
    const from = openAt(targetParent, '.', OPEN_FOLDER);
    try {
      const parent = this.#folders.enterParent(entry, path);
      makeInstead(parent, base, () => linkAt({ folder: from, name: targetBase }, parent, base));
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
      throw corrupt('hardlink_target', 'A hard link replaces the folder of its target', entry.name, error);
    } finally {
      closeSync(from);
    }
  }

  /** The target is in a lower layer: that inode belongs to another layer, so this one gets the target of its own. */
  #copyUp(entry: TarEntry, target: readonly string[]): void {
    const lower = this.#lower.openFile(target);
    if (lower === undefined) {
      throw corrupt('hardlink_target', 'A hard link points to a file that is not there', entry.name);
    }
    try {
      this.#guard.addEntry(entry.name, fstatSync(lower).size);
      const parent = this.#folders.enterParent(entry, target.slice(0, -1));
      const fd = openAt(parent, target.at(-1) ?? '', CREATE, 0o600);
      try {
        this.#copyData(lower, fd);
        copyAttributes(lower, fd);
      } finally {
        closeSync(fd);
      }
    } finally {
      closeSync(lower);
    }
  }

  #copyData(from: number, to: number): void {
    const buffer = Buffer.allocUnsafe(1 << 18);
    for (;;) {
      const count = readSync(from, buffer);
      if (count === 0) return;
      writeAll(to, buffer.subarray(0, count));
      this.#guard.addBytes(count);
    }
  }
}
