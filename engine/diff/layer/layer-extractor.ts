import { readableName } from '../corrupt.ts';
import { isLayerAttribute, isTreeAttribute } from '../file/kept-attributes.ts';
import type { SpaceGuard } from '../file/space-guard.ts';
import { layerName, plainName } from '../tar/entry-path.ts';
import type { TarEntry } from '../tar/tar-entry.ts';
import type { TarSink } from '../tar/tar-reader.ts';
import { HardLinks } from './hard-links.ts';
import { LayerAttributes } from './layer-attributes.ts';
import { LayerFolders } from './layer-folders.ts';
import { makeNode, makeSymlink, refuseWhiteout, whiteOut } from './layer-nodes.ts';
import type { LowerLayers } from './lower-layers.ts';
import { MemberFile } from './member-file.ts';

/**
 * Makes the members of a layer's tar in a folder, as an overlay layer. Every parent is a real folder opened without following
 * links; what is in the way is removed, never written through.
 */
export class LayerExtractor implements TarSink, Disposable {
  readonly #attributes: LayerAttributes;
  readonly #plain: boolean;
  readonly #folders: LayerFolders;
  readonly #hardLinks: HardLinks;
  readonly #guard: SpaceGuard;
  readonly #file: MemberFile;

  /** `plain`: a tree of somebody's files, where no name means a deletion and access lists are kept. */
  constructor(deps: { rootFd: number; lower: LowerLayers; guard: SpaceGuard; plain: boolean }) {
    const { rootFd, lower, guard, plain } = deps;
    this.#plain = plain;
    this.#attributes = new LayerAttributes(plain ? isTreeAttribute : isLayerAttribute);
    this.#folders = new LayerFolders({ rootFd, lower, attributes: this.#attributes });
    this.#hardLinks = new HardLinks({ folders: this.#folders, lower, guard });
    this.#file = new MemberFile({ attributes: this.#attributes, guard });
    this.#guard = guard;
  }

  /** Things skipped on purpose, in words. */
  get notes(): string[] {
    return this.#attributes.notes;
  }

  onEntry(entry: TarEntry): void {
    this.#guard.addEntry(entry.name, entry.kind === 'file' ? entry.size : 0, entry.sparse?.realSize);
    const name = this.#plain ? plainName(entry.name) : layerName(entry.name);
    if (name.type === 'ignored') return;
    if (name.type === 'root') this.#folders.setRoot(entry);
    else if (name.type === 'opaque') this.#folders.hideLower(entry, name.parent);
    else if (name.type === 'whiteout') whiteOut(this.#folders.enterParent(entry, name.parent), name.base);
    else this.#make(entry, name.parent, name.base);
  }

  onData(chunk: Buffer): void {
    this.#file.write(chunk);
  }

  onEntryEnd(): void {
    this.#file.end();
  }

  /** After the last member. */
  finish(): void {
    this.#folders.finish();
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
    this.#folders[Symbol.dispose]();
  }

  #make(entry: TarEntry, path: readonly string[], base: string): void {
    switch (entry.kind) {
      case 'folder':
        this.#folders.make(entry, path, base);
        break;
      case 'file':
        this.#file.begin(entry, this.#folders.enterParent(entry, path), base);
        break;
      case 'symlink':
        makeSymlink(entry, this.#folders.enterParent(entry, path), base);
        break;
      case 'hardlink':
        this.#folders.enterParent(entry, path);
        this.#hardLinks.make(entry, path, base);
        break;
      case 'char':
      case 'block':
      case 'fifo':
        if (!this.#plain) refuseWhiteout(entry);
        makeNode(entry, entry.kind, this.#folders.enterParent(entry, path), base);
        break;
      case 'unknown':
        this.#attributes.note(`"${readableName(entry.name)}" skipped: unknown type ${JSON.stringify(entry.typeFlag)}`);
    }
  }
}
