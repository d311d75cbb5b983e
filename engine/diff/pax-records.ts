import { corrupt } from './corrupt.ts';

export const MAX_META_BYTES = 1 << 20;
const MAX_KEYS = 1_000;

/** Extended header records; values are byte strings (latin1). */
export type PaxRecords = Map<string, string>;

/** Reads `LENGTH KEY=VALUE\n` records strictly. @throws EngineError `data_corrupt` */
export function parsePaxRecords(data: Buffer): PaxRecords {
  const records: PaxRecords = new Map();
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
    records.set(key, data.toString('latin1', equals + 1, end - 1));
    if (records.size > MAX_KEYS) throw corrupt('pax_too_large', 'An extended header has too many records');
    at = end;
  }
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
  if (into.size > MAX_KEYS || bytes > MAX_META_BYTES) {
    throw corrupt('pax_too_large', 'The extended headers of one entry are too large');
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

function broken() {
  return corrupt('pax_broken', 'An extended header of the archive is broken');
}
