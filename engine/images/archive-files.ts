import { readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import type { ArchiveEntry } from '../diff/index.ts';
import type { Descriptor, Digest } from '../oci/index.ts';
import { corruptImage } from './strict-json.ts';

type FileEntry = Extract<ArchiveEntry, { type: 'file' }>;

const MAX_JSON_BYTES = 8 << 20;

/** Names of an archive; links are followed by name only, inside it. */
export class ArchiveFiles {
  readonly #entries = new Map<string, ArchiveEntry>();

  constructor(entries: readonly ArchiveEntry[]) {
    for (const entry of entries) this.#entries.set(posix.normalize(entry.name), entry);
  }

  has(name: string): boolean {
    return this.#entries.has(posix.normalize(name));
  }

  /** Another name for a file. */
  alias(name: string, target: string): void {
    const entry = this.#entries.get(target);
    if (entry !== undefined) this.#entries.set(name, entry);
  }

  /** @param namedBy the document that promises it */
  file(name: string, namedBy?: string): FileEntry {
    let at = posix.normalize(name);
    for (let hops = 0; hops < 8; hops += 1) {
      const entry = this.#entries.get(at);
      if (entry === undefined) break;
      if (entry.type === 'file') return entry;
      at = posix.normalize(posix.join(posix.dirname(at), entry.target));
    }
    const by = namedBy === undefined ? '' : `, which ${namedBy} names`;
    throw corruptImage(`The archive has no file ${name.slice(0, 200)}${by}`, 'archive_incomplete');
  }

  async bytes(name: string, namedBy?: string): Promise<Buffer> {
    const { path, sizeBytes } = this.file(name, namedBy);
    if (sizeBytes > MAX_JSON_BYTES) throw corruptImage(`${name.slice(0, 200)} is too large`, 'json_too_large');
    return readFile(path);
  }

  blobFile(descriptor: Descriptor, namedBy: string): FileEntry {
    const file = this.file(blobName(descriptor.digest), namedBy);
    if (file.sizeBytes !== descriptor.size) {
      throw corruptImage(
        `${descriptor.digest} has ${file.sizeBytes} bytes and not ${descriptor.size}`,
        'size_mismatch',
      );
    }
    // The reader hashes with sha256; a sha512 blob is verified when it is stored.
    if (descriptor.digest.startsWith('sha256:') && file.digest !== descriptor.digest) {
      throw corruptImage(`The bytes of ${descriptor.digest} have the digest ${file.digest}`, 'digest_mismatch');
    }
    return file;
  }

  async blob(descriptor: Descriptor, namedBy: string): Promise<Buffer> {
    this.blobFile(descriptor, namedBy);
    return this.bytes(blobName(descriptor.digest));
  }
}

/** Where an OCI layout has a blob. */
export function blobName(digest: Digest): string {
  return `blobs/${digest.replace(':', '/')}`;
}
