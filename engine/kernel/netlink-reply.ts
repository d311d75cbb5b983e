import type { LinkInfo } from './kernel.ts';
import { IFLA } from './netlink-message.ts';

const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
const NLM_F_DUMP_INTR = 0x10;
const NLM_F_ACK_TLVS = 0x200;
const IFF_UP = 1;
const RTN_UNICAST = 1;

/** One answer; `error` 0 is an acknowledgement, `interrupted` says that the dump mixes before and after a change. */
export type NetlinkReply =
  | { kind: 'ack'; sequence: number; error: number; text: string }
  | { kind: 'done'; sequence: number; error: number; interrupted: boolean }
  | { kind: 'data'; sequence: number; type: number; payload: Buffer; interrupted: boolean };

/** Splits what one `recv` returned. */
export function parseReplies(data: Buffer): NetlinkReply[] {
  const replies: NetlinkReply[] = [];
  for (let offset = 0; offset + 16 <= data.length; ) {
    const length = data.readUInt32LE(offset);
    if (length < 16 || offset + length > data.length) break;
    replies.push(parseReply(data.subarray(offset, offset + length)));
    offset += (length + 3) & ~3;
  }
  return replies;
}

function parseReply(message: Buffer): NetlinkReply {
  const type = message.readUInt16LE(4);
  const sequence = message.readUInt32LE(8);
  const interrupted = (message.readUInt16LE(6) & NLM_F_DUMP_INTR) !== 0;
  if (type === NLMSG_DONE)
    return { kind: 'done', sequence, error: message.length >= 20 ? -message.readInt32LE(16) : 0, interrupted };
  if (type !== NLMSG_ERROR) return { kind: 'data', sequence, type, payload: message.subarray(16), interrupted };
  // With NETLINK_CAP_ACK only the header of the request is repeated, then come the kernel's words.
  const words = (message.readUInt16LE(6) & NLM_F_ACK_TLVS) === 0 ? undefined : parseAttributes(message, 36).get(1);
  const text = words === undefined ? '' : cString(words);
  return { kind: 'ack', sequence, error: -message.readInt32LE(16), text };
}

/** Attributes in their order, also those of a type that comes several times. */
export function listAttributes(data: Buffer, start: number): [type: number, value: Buffer][] {
  const found: [number, Buffer][] = [];
  for (let offset = start; offset + 4 <= data.length; ) {
    const length = data.readUInt16LE(offset);
    if (length < 4 || offset + length > data.length) break;
    found.push([data.readUInt16LE(offset + 2) & 0x3fff, data.subarray(offset + 4, offset + length)]);
    offset += (length + 3) & ~3;
  }
  return found;
}

export function parseAttributes(data: Buffer, start: number): Map<number, Buffer> {
  return new Map(listAttributes(data, start));
}

/** The text before the first NUL byte; empty when there is no data. */
export function cString(data: Buffer | undefined): string {
  if (data === undefined) return '';
  const end = data.indexOf(0);
  return data.toString('utf8', 0, end < 0 ? data.length : end);
}

/** The link of one RTM_NEWLINK payload. */
export function parseLink(payload: Buffer): LinkInfo {
  const attributes = parseAttributes(payload, 16);
  const info = attributes.get(IFLA.linkinfo);
  const kind = info === undefined ? undefined : parseAttributes(info, 0).get(1);
  return {
    index: payload.readInt32LE(4),
    name: cString(attributes.get(IFLA.ifname)),
    kind: kind === undefined ? undefined : cString(kind),
    up: (payload.readUInt32LE(8) & IFF_UP) !== 0,
    masterIndex: attributes.get(IFLA.master)?.readInt32LE(0),
  };
}

/** The IPv4 destination of one RTM_NEWROUTE payload; undefined for the default route and for local addresses. */
export function parseRoute(payload: Buffer): string | undefined {
  const prefix = payload[1] ?? 0;
  const destination = parseAttributes(payload, 12).get(1);
  if (payload[7] !== RTN_UNICAST || prefix === 0 || destination?.length !== 4) return undefined;
  return `${[...destination].join('.')}/${prefix}`;
}
