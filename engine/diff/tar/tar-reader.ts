import { corrupt, overLimit } from '../corrupt.ts';
import { MAX_META_BYTES, mergePax, type PaxRecords, parsePaxRecords } from './pax-records.ts';
import { checkedSparseMap } from './sparse-map.ts';
import { type SparseMapReader, startSparseMap } from './sparse-map-reader.ts';
import { type TarEntry, toTarEntry } from './tar-entry.ts';
import { BLOCK, hasChecksum, isZeroBlock, parseHeader, type RawHeader } from './tar-header.ts';

/** What to do with the members, in order; all calls are synchronous. Data chunks are views: use them before returning. */
export interface TarSink {
  onEntry(entry: TarEntry): void;
  onData(chunk: Buffer): void;
  /** After the last byte of an entry's data (at once when it has none). */
  onEntryEnd(): void;
  /** Of the whole archive, a byte string (latin1). */
  onComment?(text: string): void;
}

/** Extended headers in a row before a member must come. */
const MAX_META_RUN = 16;
const GLOBAL_FORBIDDEN = ['path', 'linkpath', 'size'];

type State = 'header' | 'sparse-map' | 'data' | 'meta' | 'padding' | 'lone-zero' | 'ended';

/**
 * Strict reader of uncompressed tars (v7, ustar, pax, GNU long names), fed with chunks of any size.
 *
 * Refuses what readers disagree about: wrong checksums, rubbish in numbers, data after the end mark, a single zero block,
 * sparse maps that overlap or lie. Missing end blocks are accepted when the tar stops between two members.
 */
export class TarReader {
  readonly #sink: TarSink;
  #state: State = 'header';
  /** Bytes still to come of the present data, meta record or padding. */
  #left = 0;
  #padding = 0;
  #partial: Buffer = Buffer.alloc(0);
  #meta: { typeFlag: string; parts: Buffer[] } = { typeFlag: '', parts: [] };
  #metaRun = 0;
  #global: PaxRecords = new Map();
  #local: PaxRecords = new Map();
  #sparse: { entry: TarEntry; reader: SparseMapReader } | undefined;
  #anything = false;
  /** A header was read: it is a tar, whatever comes after. */
  #isTar = false;

  constructor(sink: TarSink) {
    this.#sink = sink;
  }

  /** @throws EngineError `data_corrupt`, or what the sink throws */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#state === 'data' || this.#state === 'meta' || this.#state === 'padding') {
        const part = chunk.subarray(at, at + this.#left);
        this.#consume(part);
        at += part.length;
      } else {
        at += this.#collectBlock(chunk.subarray(at, at + BLOCK - this.#partial.length));
      }
    }
  }

  /** The stream is over. @throws EngineError `data_corrupt` when that is too early */
  end(): void {
    if (!this.#anything) throw corrupt('empty', 'The archive is empty');
    const between = this.#state === 'header' || this.#state === 'lone-zero' || this.#state === 'ended';
    if (!between || this.#partial.length > 0 || this.#metaRun > 0) {
      throw corrupt('truncated', 'The archive ends in the middle of an entry');
    }
  }

  #consume(part: Buffer): void {
    this.#left -= part.length;
    if (this.#state === 'data') this.#sink.onData(part);
    else if (this.#state === 'meta') this.#meta.parts.push(Buffer.from(part));
    if (this.#left > 0) return;
    if (this.#state === 'data') this.#sink.onEntryEnd();
    else if (this.#state === 'meta') this.#finishMeta();
    this.#left = this.#state === 'padding' ? 0 : this.#padding;
    this.#state = this.#left > 0 ? 'padding' : 'header';
  }

  #collectBlock(part: Buffer): number {
    this.#anything = true;
    if (part.length === BLOCK) {
      this.#block(part);
      return BLOCK;
    }
    const block = Buffer.concat([this.#partial, part]);
    this.#partial = block;
    if (block.length === BLOCK) {
      this.#partial = Buffer.alloc(0);
      this.#block(block);
    }
    return part.length;
  }

  #block(block: Buffer): void {
    if (this.#sparse !== undefined) {
      this.#sparse.reader.addBlock(block);
      this.#openSparse(this.#sparse);
      return;
    }
    if (isZeroBlock(block)) {
      if (this.#metaRun > 0) throw corrupt('truncated', 'The archive ends after an extended header');
      this.#state = this.#state === 'header' ? 'lone-zero' : 'ended';
      return;
    }
    if (this.#state !== 'header') throw corrupt('data_after_end', 'The archive goes on after its end mark');
    if (!this.#isTar) assertTar(block);
    this.#isTar = true;
    this.#header(parseHeader(block), block);
  }

  #header(header: RawHeader, block: Buffer): void {
    if ('xgLK'.includes(header.typeFlag)) {
      this.#beginMeta(header);
      return;
    }
    const records = this.#global.size === 0 ? this.#local : new Map([...this.#global, ...this.#local]);
    const entry = toTarEntry(header, records);
    const reader = startSparseMap({ header, block, records, entry });
    this.#local = new Map();
    this.#metaRun = 0;
    if (reader === undefined) this.#open(entry);
    else this.#openSparse({ entry, reader });
  }

  #beginMeta(header: RawHeader): void {
    if (header.size > MAX_META_BYTES) {
      const message = `An extended header has ${header.size} bytes, more than ${MAX_META_BYTES}`;
      throw overLimit('pax_too_large', message, MAX_META_BYTES, header.name);
    }
    if (++this.#metaRun > MAX_META_RUN) {
      const message = `There are more than ${MAX_META_RUN} extended headers in a row`;
      throw overLimit('pax_too_many', message, MAX_META_RUN, header.name);
    }
    this.#meta = { typeFlag: header.typeFlag, parts: [] };
    this.#begin('meta', header.size);
    if (header.size === 0) this.#finishMeta();
  }

  /** The map may go on for some blocks before the data. */
  #openSparse(pending: { entry: TarEntry; reader: SparseMapReader }): void {
    const { entry, reader } = pending;
    this.#sparse = reader.wantsMore ? pending : undefined;
    this.#state = 'sparse-map';
    if (reader.wantsMore) return;
    const size = entry.size - reader.dataBytes;
    this.#open({ ...entry, size, sparse: checkedSparseMap(reader.map(), size, entry.name) });
  }

  #open(entry: TarEntry): void {
    this.#sink.onEntry(entry);
    this.#begin('data', entry.size);
    if (entry.size === 0) this.#sink.onEntryEnd();
  }

  #begin(state: 'meta' | 'data', size: number): void {
    this.#left = size;
    this.#padding = (BLOCK - (size % BLOCK)) % BLOCK;
    this.#state = size > 0 ? state : 'header';
  }

  #finishMeta(): void {
    const data = Buffer.concat(this.#meta.parts);
    this.#meta.parts = [];
    if (this.#meta.typeFlag === 'x') {
      mergePax(this.#local, parsePaxRecords(data));
    } else if (this.#meta.typeFlag === 'g') {
      // A global header alone may end an archive, and it belongs to no member.
      this.#metaRun--;
      const records = parsePaxRecords(data);
      if ([...records.keys()].some((key) => GLOBAL_FORBIDDEN.includes(key) || key.startsWith('GNU.sparse.'))) {
        throw corrupt('pax_global_name', 'A global header renames or resizes every entry');
      }
      mergePax(this.#global, records);
      const comment = records.get('comment');
      if (comment !== undefined) this.#sink.onComment?.(comment);
    } else {
      const end = data.indexOf(0);
      const name = data.toString('latin1', 0, end < 0 ? data.length : end);
      this.#local.set(this.#meta.typeFlag === 'L' ? 'path' : 'linkpath', name);
    }
  }
}

const MAGIC_AT = 257;

/** What begins like no tar is told as what it is rather than as a damaged one. Archives before POSIX have no magic, but a checksum. */
function assertTar(block: Buffer): void {
  const has = (text: string, at: number) => block.toString('latin1', at, at + text.length) === text;
  if (has('ustar', MAGIC_AT) || hasChecksum(block)) return;
  if (has('PK\x03\x04', 0)) throw corrupt('zip_not_tar', 'The file is a ZIP archive and no tar');
  throw corrupt('not_tar', 'The file is no tar archive');
}
