/** One member of a test archive; everything may be set to hostile values. */
export interface TarMember {
  name: string | Buffer;
  type?: string;
  data?: string | Buffer;
  linkName?: string;
  mode?: number;
  uid?: number;
  gid?: number;
  mtime?: number;
  major?: number;
  minor?: number;
  /** Written before the member as an extended header. */
  pax?: Record<string, string> | [string, string][];
  /** Whole blocks between the header and the data, in no size. */
  afterHeader?: Buffer;
  /** Size field instead of the length of `data`. */
  size?: number;
  magic?: 'posix' | 'gnu' | 'v7';
  /** Called with the finished block; the checksum is computed after it unless `badChecksum`. */
  patch?: (block: Buffer) => void;
  badChecksum?: boolean;
}

/** A whole archive with its end mark. */
export function buildTar(members: readonly TarMember[], opts: { end?: boolean } = {}): Buffer {
  const blocks = members.flatMap(memberBlocks);
  return Buffer.concat(opts.end === false ? blocks : [...blocks, Buffer.alloc(1024)]);
}

/** `LENGTH KEY=VALUE\n`, one byte a character. */
function paxRecord(key: string, value: string): string {
  const body = ` ${key}=${value}\n`;
  const bytes = body.length;
  let length = bytes + String(bytes).length;
  if (String(length).length !== String(bytes).length) length = bytes + String(length).length;
  return `${length}${body}`;
}

/** A GNU long name (`L`) or long link (`K`). */
export function gnuLong(type: 'L' | 'K', text: string): TarMember {
  return { name: '././@LongLink', type, data: `${text}\0`, magic: 'gnu' };
}

function memberBlocks(member: TarMember): Buffer[] {
  const blocks: Buffer[] = [];
  if (member.pax !== undefined) {
    const records = (Array.isArray(member.pax) ? member.pax : Object.entries(member.pax)).map(([key, value]) =>
      paxRecord(key, value),
    );
    blocks.push(...memberBlocks({ name: 'PaxHeaders/x', type: 'x', data: Buffer.from(records.join(''), 'latin1') }));
  }
  const data = Buffer.from(member.data ?? '');
  blocks.push(headerBlock(member, data.length), member.afterHeader ?? Buffer.alloc(0), data);
  if (data.length % 512 > 0) blocks.push(Buffer.alloc(512 - (data.length % 512)));
  return blocks;
}

function headerBlock(member: TarMember, length: number): Buffer {
  const block = Buffer.alloc(512);
  Buffer.from(member.name).copy(block, 0, 0, 100);
  writeNumber(block, 100, 8, member.mode ?? (member.type === '5' ? 0o755 : 0o644));
  writeNumber(block, 108, 8, member.uid ?? 0);
  writeNumber(block, 116, 8, member.gid ?? 0);
  writeNumber(block, 124, 12, member.size ?? length);
  writeNumber(block, 136, 12, member.mtime ?? 1_700_000_000);
  block.write(member.type ?? '0', 156, 'latin1');
  block.write(member.linkName ?? '', 157, 100);
  if (member.magic === 'gnu') block.write('ustar  \0', 257, 'latin1');
  else if (member.magic !== 'v7') block.write('ustar\x0000', 257, 'latin1');
  if (member.magic !== 'v7') {
    writeNumber(block, 329, 8, member.major ?? 0);
    writeNumber(block, 337, 8, member.minor ?? 0);
  }
  member.patch?.(block);
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, member.badChecksum === true ? 1 : 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

function writeNumber(block: Buffer, at: number, length: number, value: number): void {
  if (value >= 0 && value < 8 ** (length - 1)) {
    block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
    return;
  }
  let rest = BigInt(value);
  for (let i = length - 1; i > 0; i--, rest >>= 8n) block[at + i] = Number(rest & 0xffn);
  block[at] = value < 0 ? 0xff : 0x80;
}
