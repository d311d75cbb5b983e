import { attribute, type NetlinkMessage, NLM } from './netlink-message.ts';
import { parseAttributes } from './netlink-reply.ts';

/** Types and attribute numbers of <linux/netfilter/nfnetlink_conntrack.h>. */
const CONNTRACK = 1 << 8;
const GET = CONNTRACK | 1;
const DELETE = CONNTRACK | 2;
const TUPLE_ORIGINAL = 1;
const TUPLE_REPLY = 2;
const TUPLE_IP = 1;
const TUPLE_PROTOCOL = 2;
const NESTED = 0x8000;
const EVERY_FAMILY = 0;
const AF_INET = 2;
const AF_INET6 = 10;
/** Attribute of the source address, for each length that addresses have. */
const SOURCES = [1, 3];
const UDP = 17;
const HEADER_BYTES = 4;

/** One UDP flow the kernel remembers, with where its answers come from. */
interface UdpFlow {
  destinationPort: number;
  /** Four bytes or sixteen. */
  answeredBy: Buffer;
  /** The original tuple as the kernel wrote it: names the entry. */
  tuple: Buffer;
}

/** `struct nfgenmsg`. */
function header(family: number): Buffer {
  return Buffer.from([family, 0, 0, 0]);
}

export function dumpFlows(): NetlinkMessage {
  return { type: GET, flags: NLM.dump, body: header(EVERY_FAMILY) };
}

export function deleteFlow({ tuple, answeredBy }: UdpFlow): NetlinkMessage {
  const family = answeredBy.length === 4 ? AF_INET : AF_INET6;
  const body = Buffer.concat([header(family), attribute(TUPLE_ORIGINAL | NESTED, tuple)]);
  return { type: DELETE, flags: NLM.ack, body };
}

/** Undefined for what is no UDP. */
export function parseUdpFlow(payload: Buffer): UdpFlow | undefined {
  const attributes = parseAttributes(payload, HEADER_BYTES);
  const tuple = attributes.get(TUPLE_ORIGINAL);
  const reply = attributes.get(TUPLE_REPLY);
  if (tuple === undefined || reply === undefined) return undefined;
  const protocol = nested(tuple, TUPLE_PROTOCOL);
  const addresses = nested(reply, TUPLE_IP);
  const answeredBy = SOURCES.map((type) => addresses.get(type)).find((address) => address !== undefined);
  const port = protocol.get(3);
  if (protocol.get(1)?.[0] !== UDP || answeredBy === undefined || port?.length !== 2) return undefined;
  return { destinationPort: port.readUInt16BE(0), answeredBy, tuple };
}

function nested(data: Buffer, type: number): Map<number, Buffer> {
  return parseAttributes(parseAttributes(data, 0).get(type) ?? Buffer.alloc(0), 0);
}
