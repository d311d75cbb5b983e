import { listAttributes } from './netlink-reply.ts';

const NESTED = 0x8000;
const HEADER = 4;

/** Netlink attributes in their order: each holds bytes or further attributes. */
export type AttributeTree = readonly (readonly [type: number, value: Buffer | AttributeTree])[];

export function encodeTree(tree: AttributeTree): Buffer {
  const out = Buffer.alloc(lengthOf(tree));
  writeTree(tree, out, 0);
  return out;
}

function lengthOf(tree: AttributeTree): number {
  return tree.reduce((sum, [, value]) => sum + HEADER + align(contentLength(value)), 0);
}

function contentLength(value: Buffer | AttributeTree): number {
  return Buffer.isBuffer(value) ? value.length : lengthOf(value);
}

/** In place: a table has thousands of attributes. Returns where the next one begins. */
function writeTree(tree: AttributeTree, out: Buffer, start: number): number {
  let offset = start;
  for (const [type, value] of tree) {
    const content = offset + HEADER;
    const end = Buffer.isBuffer(value) ? content + value.copy(out, content) : writeTree(value, out, content);
    out.writeUInt16LE(end - offset, offset);
    out.writeUInt16LE(Buffer.isBuffer(value) ? type : type | NESTED, offset + 2);
    offset = align(end);
  }
  return offset;
}

function align(length: number): number {
  return (length + 3) & ~3;
}

/**
 * Whether encoded attributes say all that the tree says. They may say more: kernels add attributes for what was left at
 * its default, newer ones more than older ones. Of a type that the tree names there must be exactly as many.
 */
export function saysAll(encoded: Buffer, tree: AttributeTree): boolean {
  const found = Map.groupBy(listAttributes(encoded, 0), ([type]) => type);
  const wanted = Map.groupBy(tree, ([type]) => type);
  return [...wanted].every(([type, list]) => {
    const values = found.get(type) ?? [];
    return (
      values.length === list.length &&
      list.every(([, value], index) => {
        const bytes = values[index]?.[1];
        if (bytes === undefined) return false;
        return Buffer.isBuffer(value) ? value.equals(bytes) : saysAll(bytes, value);
      })
    );
  });
}

/** A number as nfnetlink writes it, most significant byte first. */
export function bigEndian(value: number): Buffer {
  const out = Buffer.alloc(4);
  out.writeInt32BE(value | 0);
  return out;
}

/** A number as the processor has it in a register of the rule machine; all processors we run on are little endian. */
export function hostEndian(value: number): Buffer {
  const out = Buffer.alloc(4);
  out.writeUInt32LE(value);
  return out;
}

export function text(value: string): Buffer {
  return Buffer.from(`${value}\0`);
}
