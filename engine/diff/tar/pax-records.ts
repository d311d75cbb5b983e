import { corrupt, overLimit } from '../corrupt.ts';

export const MAX_META_BYTES = 1 << 20;
const MAX_KEYS = 1_000;
/** Sparse files of the form 0.0: records that come in pairs, once for each segment. */
const SPARSE_PAIR = ['GNU.sparse.offset', 'GNU.sparse.numbytes'];

/** Extended header records; values are byte strings (latin1). */
export type PaxRecords = Map<string, string>;

/** Reads `LENGTH KEY=VALUE\n` records strictly. @throws EngineError `data_corrupt` */
export function parsePaxRecords(data: Buffer): PaxRecords {
  const records: PaxRecords = new Map();
  const sparse: string[] = [];
  for (let at = 0; at < data.length; ) {
    const space = data.indexOf(0x20, at);
    const digits = space < 0 || space - at > 8 ? '' : data.toString('latin1', at, space);
    const length = /^[0-9]+$/.test(digits) ? Number(digits) : 0;
    const end = at + length;
    if (end <= space + 1 || end > data.length || data[end - 1] !== 0x0a) throw broken();
    const equals = data.indexOf(0x3d, space + 1);
    if (equals <= space + 1 || equals >= end) throw broken();
    const key = data.toString('latin1', space + 1, equals);
    if (key.includes('\0')) throw broken();
    const value = data.toString('latin1', equals + 1, end - 1);
    const place = SPARSE_PAIR.indexOf(key);
    if (place < 0) records.set(key, value);
    else if (place === sparse.length % 2 && /^[0-9]{1,16}$/.test(value)) sparse.push(value);
    else throw broken();
    if (records.size > MAX_KEYS) throw tooManyRecords();
    at = end;
  }
  if (sparse.length % 2 !== 0) throw broken();
  // The one record that comes many times; one string for it is the next version of the same format.
  if (sparse.length > 0) records.set('GNU.sparse.map', sparse.join(','));
  return records;
}

/** Records of later headers win; an empty value takes the record back (POSIX pax, "extended header keyword precedence"). */
export function mergePax(into: PaxRecords, records: PaxRecords): void {
  for (const [key, value] of records) {
    if (value === '' && !key.startsWith('SCHILY.xattr.')) into.delete(key);
    else into.set(key, value);
  }
  let bytes = 0;
  for (const [key, value] of into) bytes += key.length + value.length;
  if (into.size > MAX_KEYS) throw tooManyRecords();
  if (bytes > MAX_META_BYTES) {
    const message = `The extended headers of one entry have more than ${MAX_META_BYTES} bytes`;
    throw overLimit('pax_too_large', message, MAX_META_BYTES);
  }
}

/** A decimal record that must be a whole number. */
export function paxInteger(records: PaxRecords, key: string, entry: string): number | undefined {
  const value = records.get(key);
  if (value === undefined) return undefined;
  if (!/^-?[0-9]{1,16}$/.test(value))
    throw corrupt('pax_number', `The extended header has an unreadable ${key}`, entry);
  return Number(value);
}

/** Seconds with a fraction, in nanoseconds. */
export function paxTimeNs(records: PaxRecords, key: string, entry: string): bigint | undefined {
  const value = records.get(key);
  if (value === undefined) return undefined;
  const match = /^(-?)([0-9]{1,30})(?:\.([0-9]*))?$/.exec(value);
  if (match === null) throw corrupt('pax_number', `The extended header has an unreadable ${key}`, entry);
  const fraction = (match[3] ?? '').slice(0, 9).padEnd(9, '0');
  const ns = BigInt(match[2] ?? '0') * 1_000_000_000n + BigInt(fraction);
  return match[1] === '-' ? -ns : ns;
}

function tooManyRecords() {
  return overLimit('pax_too_large', `An extended header has more than ${MAX_KEYS} records`, MAX_KEYS);
}

function broken() {
  return corrupt('pax_broken', 'An extended header of the archive is broken');
}
