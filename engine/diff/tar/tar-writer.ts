import type { SparseMap } from './sparse-map.ts';
import type { TarEntry } from './tar-entry.ts';
import { BLOCK } from './tar-header.ts';

/** One member to write; `size` is what is stored for it, without the map of a sparse file. Names are byte strings (latin1). */
export type TarMemberHeader = Pick<TarEntry, 'name' | 'mode' | 'uid' | 'gid' | 'mtimeNs' | 'size' | 'xattrs'> & {
  kind: Exclude<TarEntry['kind'], 'unknown'>;
  linkName?: string;
  major?: number;
  minor?: number;
  sparse?: SparseMap | undefined;
};

const TYPE_FLAGS = { file: '0', hardlink: '1', symlink: '2', char: '3', block: '4', folder: '5', fifo: '6' } as const;
const NAME_BYTES = 100;
const MAX_OCTAL_ID = 0o7777777;
const MAX_OCTAL_SIZE = 0o77777777777;
const SECOND = 1_000_000_000n;

/** Ends an archive (POSIX pax Interchange Format: two zero blocks). */
export const END_OF_TAR: Buffer = Buffer.alloc(2 * BLOCK);

/** Zeros that fill the last block of `size` bytes. */
export function paddingFor(size: number): Buffer {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
}

/**
 * The blocks before a member's data: ustar, with an extended header (pax) only for what does not fit in one, and for a file
 * with holes its map (GNU tar manual, "PAX Format, Version 1.0"), which is a part of the data to readers that do not know it.
 */
export function memberHeader(member: TarMemberHeader): Buffer {
  const map = member.sparse === undefined ? undefined : sparseMapText(member.sparse);
  const size = member.size + (map?.length ?? 0);
  const records = extendedRecords(member, size);
  const blocks: Buffer[] = [];
  if (records.length > 0) {
    const data = Buffer.from(records.map(([key, value]) => paxRecord(key, value)).join(''), 'latin1');
    const name = `PaxHeaders/${baseName(member.name)}`.slice(0, NAME_BYTES);
    const plain = { mode: 0o644, uid: 0, gid: 0, mtimeNs: 0n };
    blocks.push(headerBlock({ ...plain, name, size: data.length, typeFlag: 'x' }), data, paddingFor(data.length));
  }
  const name = member.sparse === undefined ? member.name : `GNUSparseFile.0/${baseName(member.name)}`;
  blocks.push(headerBlock({ ...member, name, size, typeFlag: TYPE_FLAGS[member.kind] }));
  if (map !== undefined) blocks.push(map);
  return Buffer.concat(blocks);
}

/** A note about the whole archive, in two blocks; no member follows it. */
export function globalComment(text: string): Buffer {
  const data = Buffer.from(paxRecord('comment', text), 'latin1');
  const plain = { mode: 0o644, uid: 0, gid: 0, mtimeNs: 0n };
  const header = headerBlock({ ...plain, name: 'PaxHeaders/comment', size: data.length, typeFlag: 'g' });
  return Buffer.concat([header, data, paddingFor(data.length)]);
}

function extendedRecords(member: TarMemberHeader, size: number): [string, string][] {
  const records: [string, string][] = [];
  if (member.sparse !== undefined) {
    records.push(['GNU.sparse.major', '1'], ['GNU.sparse.minor', '0'], ['GNU.sparse.name', member.name]);
    records.push(['GNU.sparse.realsize', String(member.sparse.realSize)]);
  } else if (member.name.length > NAME_BYTES) {
    records.push(['path', member.name]);
  }
  if ((member.linkName ?? '').length > NAME_BYTES) records.push(['linkpath', member.linkName ?? '']);
  if (size > MAX_OCTAL_SIZE) records.push(['size', String(size)]);
  if (member.uid > MAX_OCTAL_ID) records.push(['uid', String(member.uid)]);
  if (member.gid > MAX_OCTAL_ID) records.push(['gid', String(member.gid)]);
  if (member.mtimeNs < 0n || member.mtimeNs % SECOND !== 0n || member.mtimeNs / SECOND > BigInt(MAX_OCTAL_SIZE)) {
    records.push(['mtime', decimalSeconds(member.mtimeNs)]);
  }
  for (const [name, value] of member.xattrs) records.push([`SCHILY.xattr.${name}`, value]);
  return records;
}

function headerBlock(fields: {
  name: string;
  linkName?: string;
  typeFlag: string;
  mode: number;
  uid: number;
  gid: number;
  size: number;
  mtimeNs: bigint;
  major?: number;
  minor?: number;
}): Buffer {
  const block = Buffer.alloc(BLOCK);
  const seconds = fields.mtimeNs < 0n ? 0 : Number(fields.mtimeNs / SECOND);
  block.write(fields.name.slice(0, NAME_BYTES), 0, 'latin1');
  octal(block, 100, 8, fields.mode & 0o7777);
  octal(block, 108, 8, fields.uid > MAX_OCTAL_ID ? 0 : fields.uid);
  octal(block, 116, 8, fields.gid > MAX_OCTAL_ID ? 0 : fields.gid);
  octal(block, 124, 12, fields.size > MAX_OCTAL_SIZE ? 0 : fields.size);
  octal(block, 136, 12, seconds > MAX_OCTAL_SIZE ? 0 : seconds);
  block.write(fields.typeFlag, 156, 'latin1');
  block.write((fields.linkName ?? '').slice(0, NAME_BYTES), 157, 'latin1');
  block.write('ustar\x0000', 257, 'latin1');
  octal(block, 329, 8, fields.major ?? 0);
  octal(block, 337, 8, fields.minor ?? 0);
  block.fill(' ', 148, 156);
  let sum = 0;
  for (const byte of block) sum += byte;
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

function octal(block: Buffer, at: number, length: number, value: number): void {
  block.write(value.toString(8).padStart(length - 1, '0'), at, 'latin1');
}

/** `LENGTH KEY=VALUE\n`, where the length counts itself. */
function paxRecord(key: string, value: string): string {
  const body = ` ${key}=${value}\n`;
  let length = body.length;
  while (length !== body.length + String(length).length) length = body.length + String(length).length;
  return `${length}${body}`;
}

/** Rounded towards neither side: `-1.5` is one and a half seconds before the epoch. */
function decimalSeconds(ns: bigint): string {
  const abs = ns < 0n ? -ns : ns;
  const fraction = String(abs % SECOND)
    .padStart(9, '0')
    .replace(/0+$/, '');
  return `${ns < 0n ? '-' : ''}${abs / SECOND}${fraction === '' ? '' : `.${fraction}`}`;
}

function sparseMapText(map: SparseMap): Buffer {
  const last = map.segments.at(-1);
  const end = last === undefined ? 0 : last.offset + last.length;
  // An empty segment at the end tells readers the length when the file ends in a hole.
  const segments = end === map.realSize ? map.segments : [...map.segments, { offset: map.realSize, length: 0 }];
  const lines = [segments.length, ...segments.flatMap(({ offset, length }) => [offset, length])];
  const text = Buffer.from(`${lines.join('\n')}\n`, 'latin1');
  return Buffer.concat([text, paddingFor(text.length)]);
}

function baseName(name: string): string {
  return name.replace(/\/$/, '').split('/').at(-1) ?? '';
}
