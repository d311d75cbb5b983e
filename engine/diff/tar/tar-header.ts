import { corrupt } from '../corrupt.ts';

export const BLOCK = 512;

/** The fields of one header block, before extended headers change them. Names are byte strings (latin1). */
export interface RawHeader {
  typeFlag: string;
  format: 'posix' | 'gnu' | 'v7';
  name: string;
  linkName: string;
  size: number;
  mode: number;
  uid: number;
  gid: number;
  mtime: number;
  /** Parsed only where a device needs it: other writers leave rubbish there. */
  device: () => { major: number; minor: number };
}

export function isZeroBlock(block: Buffer): boolean {
  return block.every((byte) => byte === 0);
}

/** Reads ustar, GNU and v7 headers. @throws EngineError `data_corrupt` */
export function parseHeader(block: Buffer): RawHeader {
  assertChecksum(block);
  const name = text(block, 0, 100);
  const posix = block.toString('latin1', 257, 265) === 'ustar\x0000';
  const gnu = block.toString('latin1', 257, 265) === 'ustar  \0';
  // GNU keeps times where POSIX keeps the prefix; v7 has nothing there.
  const prefix = posix ? text(block, 345, 155) : '';
  const full = prefix === '' ? name : `${prefix}/${name}`;
  return {
    format: posix ? 'posix' : gnu ? 'gnu' : 'v7',
    typeFlag: block[156] === 0 ? '0' : String.fromCharCode(block[156] ?? 0),
    name: full,
    linkName: text(block, 157, 100),
    size: natural(block, 124, 12, 'size', full),
    mode: number(block, 100, 8, 'mode', full),
    uid: number(block, 108, 8, 'uid', full),
    gid: number(block, 116, 8, 'gid', full),
    mtime: number(block, 136, 12, 'mtime', full),
    device: () =>
      posix || gnu
        ? { major: natural(block, 329, 8, 'devmajor', full), minor: natural(block, 337, 8, 'devminor', full) }
        : { major: 0, minor: 0 },
  };
}

/** Length of an old GNU sparse file with its holes. @throws EngineError `data_corrupt` */
export function sparseRealSize(block: Buffer, entry: string): number {
  return natural(block, 483, 12, 'realsize', entry);
}

/** Up to `count` pairs of offset and length in the old GNU form; an empty one ends them. @throws EngineError `data_corrupt` */
export function sparseSlots(block: Buffer, at: number, count: number, entry: string) {
  const slots: { offset: number; length: number }[] = [];
  for (let slot = at; slot < at + count * 24 && block[slot + 12] !== 0; slot += 24) {
    const offset = natural(block, slot, 12, 'sparse offset', entry);
    slots.push({ offset, length: natural(block, slot + 12, 12, 'sparse length', entry) });
  }
  return slots;
}

/** Whether the block has the sum of its bytes where a header of a tar has it. */
export function hasChecksum(block: Buffer): boolean {
  const stored = tryOctal(block, 148, 8);
  let unsigned = 0;
  let signed = 0;
  for (let i = 0; i < BLOCK; i++) {
    const byte = i >= 148 && i < 156 ? 0x20 : (block[i] ?? 0);
    unsigned += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  // Some old writers summed signed bytes.
  return stored !== undefined && (stored === unsigned || stored === signed);
}

function assertChecksum(block: Buffer): void {
  if (!hasChecksum(block)) throw corrupt('header_checksum', 'A header of the archive has a wrong checksum');
}

function text(block: Buffer, at: number, length: number): string {
  const end = block.indexOf(0, at);
  return block.toString('latin1', at, end < 0 || end > at + length ? at + length : end);
}

function natural(block: Buffer, at: number, length: number, field: string, entry: string): number {
  const value = number(block, at, length, field, entry);
  if (value < 0) throw corrupt('header_number', `The archive has a negative ${field}`, entry);
  return value;
}

function number(block: Buffer, at: number, length: number, field: string, entry: string): number {
  const value = (block[at] ?? 0) & 0x80 ? base256(block, at, length) : tryOctal(block, at, length);
  if (value === undefined || !Number.isSafeInteger(value)) {
    throw corrupt('header_number', `The archive has an unreadable ${field}`, entry);
  }
  return value;
}

/** Spaces, octal digits, then NUL or space; an empty field is 0. */
function tryOctal(block: Buffer, at: number, length: number): number | undefined {
  const match = /^ *([0-7]*)[ \0]*$/.exec(text(block, at, length));
  return match === null ? undefined : Number.parseInt(`0${match[1] ?? ''}`, 8);
}

/** GNU's form for numbers that do not fit: two's complement, first bit set. */
function base256(block: Buffer, at: number, length: number): number | undefined {
  const negative = block[at] === 0xff;
  if (!negative && block[at] !== 0x80) return undefined;
  let value = negative ? -1n : 0n;
  for (let i = 1; i < length; i++) value = value * 256n + BigInt(block[at + i] ?? 0);
  return Number(value);
}
