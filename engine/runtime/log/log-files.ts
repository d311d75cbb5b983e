import { type FileHandle, open, readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errnoOf } from '../../errors/index.ts';

interface OpenLog {
  handle: FileHandle;
  /** Stays through renames; the birth time tells a reused inode. */
  generation: string;
  sizeBytes: number;
}

/** Bytes of notes at which the shim stops; the same number is in its log.c. */
const NOTES_MAX = 65_536;

/** The rotated files of one log as one row of bytes, oldest first. Open handles keep deleted files readable. */
export class LogFiles implements AsyncDisposable {
  readonly #path: string;
  readonly #onRead: (bytes: number) => void;
  readonly #files: OpenLog[] = [];

  private constructor(path: string, onRead: (bytes: number) => void) {
    this.#path = path;
    this.#onRead = onRead;
  }

  static async open(path: string, onRead: (bytes: number) => void): Promise<LogFiles> {
    const files = new LogFiles(path, onRead);
    await files.refresh();
    return files;
  }

  get sizeBytes(): number {
    return this.#files.reduce((sum, file) => sum + file.sizeBytes, 0);
  }

  /** Takes up what was written and rotated meanwhile; positions stay valid. */
  async refresh(): Promise<void> {
    const growing = Math.max(0, this.#files.length - 1);
    const newest = this.#files.at(-1);
    if (newest === undefined || (await generationAt(this.#path)) !== newest.generation) await this.#addNewer();
    // Sizes after the list: a file that is not the newest any more does not grow any more.
    for (const file of this.#files.slice(growing)) file.sizeBytes = (await file.handle.stat()).size;
  }

  /** The bytes from a position on, at most `length` and never beyond the end of one file. */
  async read(position: number, length: number): Promise<Buffer> {
    let start = 0;
    for (const file of this.#files) {
      if (position < start + file.sizeBytes) {
        const wanted = Math.min(length, start + file.sizeBytes - position);
        const { bytesRead, buffer } = await file.handle.read(Buffer.allocUnsafe(wanted), 0, wanted, position - start);
        this.#onRead(bytesRead);
        return buffer.subarray(0, bytesRead);
      }
      start += file.sizeBytes;
    }
    return Buffer.alloc(0);
  }

  /** Exactly the bytes between two positions. */
  async readRange(from: number, to: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let at = from; at < to; ) {
      const part = await this.read(at, to - at);
      if (part.length === 0) break;
      parts.push(part);
      at += part.length;
    }
    const [first] = parts;
    return first !== undefined && parts.length === 1 ? first : Buffer.concat(parts);
  }

  toCursor(position: number): string {
    let start = 0;
    for (const file of this.#files) {
      if (position < start + file.sizeBytes) return `${file.generation}:${position - start}`;
      start += file.sizeBytes;
    }
    return `${this.#files.at(-1)?.generation ?? '0'}:${position - start + (this.#files.at(-1)?.sizeBytes ?? 0)}`;
  }

  /** Undefined when the cursor's file is gone. */
  fromCursor(cursor: string): number | undefined {
    const colon = cursor.lastIndexOf(':');
    const offset = Number(cursor.slice(colon + 1));
    let start = 0;
    for (const file of this.#files) {
      if (file.generation === cursor.slice(0, colon) && offset >= 0 && offset <= file.sizeBytes) return start + offset;
      start += file.sizeBytes;
    }
    return undefined;
  }

  /**
   * Positions at which times begin anew because the clock was set back, as the shim noted them; undefined when it had to
   * give up noting.
   */
  async setBackAt(): Promise<number[] | undefined> {
    const notes = await readNotes(`${this.#path}.back`);
    if (notes.length >= NOTES_MAX) return undefined;
    const positions: number[] = [];
    let start = 0;
    for (const file of this.#files) {
      const inode = file.generation.slice(0, file.generation.indexOf('-'));
      for (const [, noted, offset] of notes.matchAll(/^(\d+) (\d+)$/gm)) {
        // Both by way of a number, which the largest of them do not fit. A note of another file that had this inode does no harm.
        if (String(Number(noted)) === inode && Number(offset) <= file.sizeBytes) positions.push(start + Number(offset));
      }
      start += file.sizeBytes;
    }
    return [...new Set(positions)].sort((a, b) => a - b);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const file of this.#files) await file.handle.close();
  }

  /** Newest first, so that a rotation in between shows a file twice rather than never. */
  async #addNewer(): Promise<void> {
    const known = new Set(this.#files.map((file) => file.generation));
    const found: OpenLog[] = [];
    for (const path of [this.#path, ...(await rotatedPaths(this.#path))]) {
      const file = await tryOpen(path);
      if (file === undefined) continue;
      const seen = known.has(file.generation);
      if (seen || found.some((other) => other.generation === file.generation)) {
        await file.handle.close();
        // Everything older is known as well, or was before this reader began.
        if (seen) break;
        continue;
      }
      found.unshift(file);
    }
    this.#files.push(...found);
  }
}

async function readNotes(path: string): Promise<string> {
  try {
    return await readFile(path, 'latin1');
  } catch (error) {
    // The clock was never set back, as nearly everywhere.
    if (errnoOf(error) === 'ENOENT') return '';
    throw error;
  }
}

async function rotatedPaths(path: string): Promise<string[]> {
  const prefix = `${basename(path)}.`;
  let names: string[];
  try {
    names = await readdir(dirname(path));
  } catch (error) {
    // The container was removed while its log was read.
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
  const numbers = names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
  const rotated = numbers.filter((text) => /^[1-9][0-9]*$/.test(text)).map(Number);
  return rotated.sort((a, b) => a - b).map((number) => join(dirname(path), `${prefix}${number}`));
}

async function tryOpen(path: string): Promise<OpenLog | undefined> {
  try {
    const handle = await open(path, 'r');
    const { ino, birthtimeMs, size } = await handle.stat();
    return { handle, generation: `${ino}-${Math.floor(birthtimeMs)}`, sizeBytes: size };
  } catch (error) {
    // Not written yet, or rotated away a moment ago.
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function generationAt(path: string): Promise<string | undefined> {
  try {
    const { ino, birthtimeMs } = await stat(path);
    return `${ino}-${Math.floor(birthtimeMs)}`;
  } catch (error) {
    // Between the rename and the new file there is none.
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
