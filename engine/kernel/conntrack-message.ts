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
const AF_INET = 2;
const UDP = 17;
const HEADER_BYTES = 4;

/** One UDP flow the kernel remembers, with where its answers come from. */
interface UdpFlow {
  destinationPort: number;
  answeredBy: string;
  /** The original tuple as the kernel wrote it: names the entry. */
  tuple: Buffer;
}

/** `struct nfgenmsg` of IPv4. */
function header(): Buffer {
  return Buffer.from([AF_INET, 0, 0, 0]);
}

export function dumpFlows(): NetlinkMessage {
  return { type: GET, flags: NLM.dump, body: header() };
}

export function deleteFlow({ tuple }: UdpFlow): NetlinkMessage {
  const body = Buffer.concat([header(), attribute(TUPLE_ORIGINAL | NESTED, tuple)]);
  return { type: DELETE, flags: NLM.ack, body };
}

/** Undefined for what is no UDP over IPv4. */
export function parseUdpFlow(payload: Buffer): UdpFlow | undefined {
  const attributes = parseAttributes(payload, HEADER_BYTES);
  const tuple = attributes.get(TUPLE_ORIGINAL);
  const reply = attributes.get(TUPLE_REPLY);
  if (tuple === undefined || reply === undefined) return undefined;
  const protocol = nested(tuple, TUPLE_PROTOCOL);
  const source = nested(reply, TUPLE_IP).get(1);
  const port = protocol.get(3);
  if (protocol.get(1)?.[0] !== UDP || source?.length !== 4 || port?.length !== 2) return undefined;
  return { destinationPort: port.readUInt16BE(0), answeredBy: [...source].join('.'), tuple };
}

function nested(data: Buffer, type: number): Map<number, Buffer> {
  return parseAttributes(parseAttributes(data, 0).get(type) ?? Buffer.alloc(0), 0);
}
