import { fchmodSync, fchownSync, fstatSync } from 'node:fs';
import { corrupt, readableName } from '../corrupt.ts';
import { isLayerAttribute } from '../file/kept-attributes.ts';
import { getAttribute, listAttributes, setAttribute, setTimes, systemCode } from '../file/posix.ts';
import type { TarEntry } from '../tar/tar-entry.ts';

const MAX_XATTR_BYTES = 65_536;
const MAX_NOTES = 100;

/** Owner, mode and extended attributes of what a layer makes, and notes about what it leaves out. */
export class LayerAttributes {
  readonly notes: string[] = [];
  readonly #isKept: (name: string) => boolean;

  constructor(isKept: (name: string) => boolean) {
    this.#isKept = isKept;
  }

  /** @throws EngineError `data_corrupt` for an attribute that is too large or no capability */
  set(fd: number, entry: TarEntry): void {
    // In this order: a change of owner drops setuid bits and capabilities.
    fchownSync(fd, entry.uid, entry.gid);
    fchmodSync(fd, entry.mode);
    for (const [name, value] of entry.xattrs) this.#setXattr(fd, entry, name, value);
  }

  note(text: string): void {
    if (this.notes.length < MAX_NOTES) this.notes.push(text);
  }

  #setXattr(fd: number, entry: TarEntry, name: string, value: string): void {
    const shown = `attribute ${readableName(name)} of "${readableName(entry.name)}"`;
    if (!this.#isKept(name)) {
      this.note(`${shown} dropped`);
      return;
    }
    if (value.length > MAX_XATTR_BYTES) throw corrupt('attribute_too_large', `The ${shown} is too large`, entry.name);
    try {
      setAttribute(fd, name, value);
    } catch (error) {
      const code = systemCode(error);
      if (name === 'security.capability') {
        if (code !== 'EINVAL') throw error;
        throw corrupt('capability_invalid', 'The archive has unreadable file capabilities', entry.name, error);
      }
      // Some file systems keep no user attributes, or only small ones, and say so in many ways.
      this.note(`${shown} dropped: ${code ?? 'unknown error'}`);
    }
  }
}

/** Everything but the data: owner, mode, kept attributes and mtime. */
export function copyAttributes(from: number, to: number): void {
  const stat = fstatSync(from, { bigint: true });
  fchownSync(to, Number(stat.uid), Number(stat.gid));
  fchmodSync(to, Number(stat.mode & 0o7777n));
  for (const name of listAttributes(from).filter(isLayerAttribute)) {
    const value = getAttribute(from, name);
    if (value !== undefined) setAttribute(to, name, value);
  }
  setTimes(to, stat.mtimeNs);
}
