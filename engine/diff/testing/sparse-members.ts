import type { TarMember } from './tar-builder.ts';

/** A file with holes: where each piece of data belongs. Everything may be set to hostile values. */
interface SparseFile {
  name: string;
  realSize: number;
  segments: readonly [offset: number, data: string][];
}

/** Old GNU form: four slots in the header, twenty-one in each block after it. */
export function gnuSparse(file: SparseFile & { isExtended?: boolean }): TarMember {
  const slots = file.segments.map(([offset, data]) => `${octal(offset)}${octal(data.length)}`);
  const rest = slots.slice(4);
  const blocks: Buffer[] = [];
  for (let at = 0; at < rest.length; at += 21) {
    const block = Buffer.alloc(512);
    block.write(rest.slice(at, at + 21).join(''), 0, 'latin1');
    block[504] = at + 21 < rest.length ? 1 : 0;
    blocks.push(block);
  }
  return {
    name: file.name,
    type: 'S',
    magic: 'gnu',
    data: Buffer.from(file.segments.map(([, data]) => data).join(''), 'latin1'),
    afterHeader: Buffer.concat(blocks),
    patch: (header) => {
      header.write(slots.slice(0, 4).join(''), 386, 'latin1');
      header[482] = blocks.length > 0 || file.isExtended === true ? 1 : 0;
      header.write(octal(file.realSize), 483, 'latin1');
    },
  };
}

/** The forms that GNU tar writes into extended headers. `map` and `count` replace what belongs there. */
export function paxSparse(form: '0.0' | '0.1' | '1.0', file: SparseFile & { map?: string; count?: number }): TarMember {
  const data = file.segments.map(([, text]) => text).join('');
  const pairs = file.segments.map(([offset, text]) => [offset, text.length] as const);
  if (form === '1.0') {
    const map = Buffer.from(file.map ?? `${[pairs.length, ...pairs.flat()].join('\n')}\n`, 'latin1');
    const padding = Buffer.alloc((512 - (map.length % 512)) % 512);
    return {
      name: `GNUSparseFile.1/${file.name}`,
      data: Buffer.concat([map, padding, Buffer.from(data, 'latin1')]),
      pax: {
        'GNU.sparse.major': '1',
        'GNU.sparse.minor': '0',
        'GNU.sparse.name': file.name,
        'GNU.sparse.realsize': String(file.realSize),
      },
    };
  }
  const count = {
    'GNU.sparse.size': String(file.realSize),
    'GNU.sparse.numblocks': String(file.count ?? pairs.length),
  };
  if (form === '0.1') {
    const pax = { ...count, 'GNU.sparse.map': file.map ?? pairs.flat().join(','), 'GNU.sparse.name': file.name };
    return { name: 'GNUSparseFile.1/f', data: Buffer.from(data, 'latin1'), pax };
  }
  const records = pairs.flatMap(([offset, length]): [string, string][] => [
    ['GNU.sparse.offset', String(offset)],
    ['GNU.sparse.numbytes', String(length)],
  ]);
  return { name: file.name, data: Buffer.from(data, 'latin1'), pax: [...Object.entries(count), ...records] };
}

/** A field of 12 bytes; base 256 for what has too many digits. */
function octal(value: number): string {
  if (value >= 8 ** 11)
    return `\x80\0\0\0${Buffer.from(value.toString(16).padStart(16, '0'), 'hex').toString('latin1')}`;
  return `${value.toString(8).padStart(11, '0')}\0`;
}
