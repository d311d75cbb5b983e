import { FileWriter } from '../file/file-writer.ts';
import { setTimes } from '../file/posix.ts';
import type { SpaceGuard } from '../file/space-guard.ts';
import type { TarEntry } from '../tar/tar-entry.ts';
import type { LayerAttributes } from './layer-attributes.ts';

/** The file that a member of an archive becomes: its bytes come between the member's entry and the member's end. */
export class MemberFile implements Disposable {
  readonly #attributes: LayerAttributes;
  readonly #guard: SpaceGuard;
  #open: { writer: FileWriter; entry: TarEntry } | undefined;

  constructor(deps: { attributes: LayerAttributes; guard: SpaceGuard }) {
    this.#attributes = deps.attributes;
    this.#guard = deps.guard;
  }

  /** In an open folder, in the place of what has its name. */
  begin(entry: TarEntry, parent: number, base: string): void {
    this.#open = { writer: new FileWriter(parent, base, entry.sparse), entry };
  }

  /** Bytes of a member that is no file go nowhere. */
  write(chunk: Buffer): void {
    if (this.#open === undefined) return;
    this.#open.writer.write(chunk);
    this.#guard.addBytes(chunk.length);
  }

  end(): void {
    if (this.#open === undefined) return;
    const { entry } = this.#open;
    using writer = this.#open.writer;
    this.#open = undefined;
    writer.finish();
    this.#attributes.set(writer.fd, entry);
    setTimes(writer.fd, entry.mtimeNs);
  }

  [Symbol.dispose](): void {
    this.#open?.writer[Symbol.dispose]();
  }
}
