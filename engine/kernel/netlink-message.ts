import { isIPv4, isIPv6 } from 'node:net';
import type { SubLinkConfig } from './kernel.ts';

/** Message types, flags and attribute numbers of rtnetlink, named as in <linux/rtnetlink.h>. */
const RTM = {
  newLink: 16,
  delLink: 17,
  getLink: 18,
  setLink: 19,
  newAddress: 20,
  newRoute: 24,
  getRoute: 26,
} as const;

export const NLM = { request: 1, ack: 4, replace: 0x100, excl: 0x200, create: 0x400, dump: 0x300 } as const;

export const IFLA = {
  address: 1,
  ifname: 3,
  mtu: 4,
  link: 5,
  master: 10,
  protinfo: 12,
  linkinfo: 18,
  afSpec: 26,
  netNsFd: 28,
} as const;

const NLA_NESTED = 0x8000;
const AF_INET = 2;
const AF_INET6 = 10;
const AF_BRIDGE = 7;
const IFF_UP = 1;
const IFA_F_NODAD = 2;
const RT_TABLE_MAIN = 254;
const RTPROT_STATIC = 4;
const RTN_UNICAST = 1;

export interface NetlinkMessage {
  type: number;
  flags: number;
  body: Buffer;
}

export function attribute(type: number, value: Buffer | string | number): Buffer {
  const data = typeof value === 'string' ? Buffer.from(`${value}\0`) : typeof value === 'number' ? u32(value) : value;
  const out = Buffer.alloc(align(4 + data.length));
  out.writeUInt16LE(4 + data.length, 0);
  out.writeUInt16LE(type, 2);
  data.copy(out, 4);
  return out;
}

function u32(value: number): Buffer {
  const out = Buffer.alloc(4);
  out.writeUInt32LE(value);
  return out;
}

function align(length: number): number {
  return (length + 3) & ~3;
}

/** `struct ifinfomsg`; `up` sets the flag and says that it is the only one to change. */
function linkHeader(opts: { index?: number; up?: boolean; family?: number } = {}): Buffer {
  const out = Buffer.alloc(16);
  out[0] = opts.family ?? 0;
  out.writeInt32LE(opts.index ?? 0, 4);
  if (opts.up === true) {
    out.writeUInt32LE(IFF_UP, 8);
    out.writeUInt32LE(IFF_UP, 12);
  }
  return out;
}

/** One message as it goes over the socket. */
export function encodeMessage(message: NetlinkMessage, sequence: number): Buffer {
  const length = 16 + message.body.length;
  const out = Buffer.alloc(align(length));
  out.writeUInt32LE(length, 0);
  out.writeUInt16LE(message.type, 4);
  out.writeUInt16LE(NLM.request | message.flags, 6);
  out.writeUInt32LE(sequence, 8);
  message.body.copy(out, 16);
  return out;
}

/** Not up yet. */
export function newBridge(name: string, mac: string, mtu: number | undefined): NetlinkMessage {
  const kind = attribute(IFLA.linkinfo, attribute(1, Buffer.from('bridge')));
  const parts = [linkHeader(), attribute(IFLA.ifname, name), attribute(IFLA.address, macBytes(mac)), kind];
  if (mtu !== undefined) parts.push(attribute(IFLA.mtu, mtu));
  return { type: RTM.newLink, flags: NLM.ack | NLM.create | NLM.excl, body: Buffer.concat(parts) };
}

/** A pair born with its far end inside the namespace and its near end already a port of the bridge, but not up. */
export function newVeth(opts: {
  hostIf: string;
  bridgeIndex: number;
  name: string;
  mac: string;
  netnsFd: number;
  mtu?: number;
}): NetlinkMessage {
  const mtu = opts.mtu === undefined ? [] : [attribute(IFLA.mtu, opts.mtu)];
  const peer = Buffer.concat([
    linkHeader(),
    ...mtu,
    attribute(IFLA.ifname, opts.name),
    attribute(IFLA.address, macBytes(opts.mac)),
    attribute(IFLA.netNsFd, opts.netnsFd),
  ]);
  const info = Buffer.concat([attribute(1, Buffer.from('veth')), attribute(2, attribute(1, peer))]);
  const body = Buffer.concat([
    linkHeader(),
    attribute(IFLA.ifname, opts.hostIf),
    attribute(IFLA.master, opts.bridgeIndex),
    ...mtu,
    attribute(IFLA.linkinfo, info),
  ]);
  return { type: RTM.newLink, flags: NLM.ack | NLM.create | NLM.excl, body };
}

const MACVLAN_MODES = { private: 1, vepa: 2, bridge: 4, passthru: 8 } as const;
const IPVLAN_MODES = { l2: 0, l3: 1, l3s: 2 } as const;

/** A macvlan or ipvlan link born inside the namespace. */
export function newSubLink(opts: {
  parentIndex: number;
  kind: SubLinkConfig['kind'];
  name: string;
  netnsFd: number;
  mac?: string;
  mtu?: number;
}): NetlinkMessage {
  const { kind } = opts;
  const mode =
    kind.driver === 'macvlan' ? attribute(1, MACVLAN_MODES[kind.mode]) : attribute(1, u16(IPVLAN_MODES[kind.mode]));
  const info = Buffer.concat([attribute(1, Buffer.from(kind.driver)), attribute(2, mode)]);
  const body = Buffer.concat([
    linkHeader(),
    attribute(IFLA.ifname, opts.name),
    attribute(IFLA.link, opts.parentIndex),
    attribute(IFLA.netNsFd, opts.netnsFd),
    ...(opts.mac === undefined ? [] : [attribute(IFLA.address, macBytes(opts.mac))]),
    ...(opts.mtu === undefined ? [] : [attribute(IFLA.mtu, opts.mtu)]),
    attribute(IFLA.linkinfo, info),
  ]);
  return { type: RTM.newLink, flags: NLM.ack | NLM.create | NLM.excl, body };
}

function u16(value: number): Buffer {
  const out = Buffer.alloc(2);
  out.writeUInt16LE(value);
  return out;
}

const IFLA_BRPORT_MODE = 4;
const IFLA_BRPORT_ISOLATED = 33;

/**
 * Lets a frame leave by the port it came from: a container reaches itself through its published port. An isolated port
 * speaks to no other isolated one, with or without a firewall that looks into bridges.
 */
export function bridgePort(index: number, isolated: boolean): NetlinkMessage {
  const flag = (on: boolean) => Buffer.from([on ? 1 : 0]);
  const flags = [attribute(IFLA_BRPORT_MODE, flag(true)), attribute(IFLA_BRPORT_ISOLATED, flag(isolated))];
  const port = attribute(NLA_NESTED | IFLA.protinfo, Buffer.concat(flags));
  return { type: RTM.setLink, flags: NLM.ack, body: Buffer.concat([linkHeader({ index, family: AF_BRIDGE }), port]) };
}

const IFLA_INET6_ADDR_GEN_MODE = 8;
const IN6_ADDR_GEN_MODE_NONE = 1;

/** Of a link that is not up yet: it never gives itself an address of IPv6. Refused with EAFNOSUPPORT where it has no IPv6. */
export function withoutLinkLocal(index: number): NetlinkMessage {
  const mode = attribute(IFLA_INET6_ADDR_GEN_MODE, Buffer.from([IN6_ADDR_GEN_MODE_NONE]));
  const spec = attribute(NLA_NESTED | IFLA.afSpec, attribute(NLA_NESTED | AF_INET6, mode));
  return { type: RTM.setLink, flags: NLM.ack, body: Buffer.concat([linkHeader({ index }), spec]) };
}

export function setMaster(index: number, bridgeIndex: number): NetlinkMessage {
  const body = Buffer.concat([linkHeader({ index, up: true }), attribute(IFLA.master, bridgeIndex)]);
  return { type: RTM.setLink, flags: NLM.ack, body };
}

export function linkUp(index: number): NetlinkMessage {
  return { type: RTM.newLink, flags: NLM.ack, body: linkHeader({ index, up: true }) };
}

export function deleteLink(index: number): NetlinkMessage {
  return { type: RTM.delLink, flags: NLM.ack, body: linkHeader({ index }) };
}

export function getLink(name: string): NetlinkMessage {
  return { type: RTM.getLink, flags: 0, body: Buffer.concat([linkHeader(), attribute(IFLA.ifname, name)]) };
}

export function dumpLinks(): NetlinkMessage {
  return { type: RTM.getLink, flags: NLM.dump, body: linkHeader() };
}

export function dumpRoutes(): NetlinkMessage {
  return { type: RTM.getRoute, flags: NLM.dump, body: routeHeader(AF_INET) };
}

/** Adding an address that is there already is not an error: the flag says replace. */
export function addAddress(index: number, address: string, prefix: number): NetlinkMessage {
  const bytes = addressBytes(address);
  const header = Buffer.alloc(8);
  header[0] = bytes.length === 4 ? AF_INET : AF_INET6;
  header[1] = prefix;
  // Nobody else can hold the address in a network of our own: do not wait for duplicate detection.
  if (bytes.length === 16) header[2] = IFA_F_NODAD;
  header.writeUInt32LE(index, 4);
  const parts = [header, attribute(2, bytes), attribute(1, bytes)];
  if (bytes.length === 4 && prefix < 31) parts.push(attribute(4, broadcastOf(bytes, prefix)));
  return { type: RTM.newAddress, flags: NLM.ack | NLM.create | NLM.replace, body: Buffer.concat(parts) };
}

export function addDefaultRoute(index: number, gateway: string, opts: { replace?: boolean } = {}): NetlinkMessage {
  const bytes = addressBytes(gateway);
  const header = routeHeader(bytes.length === 4 ? AF_INET : AF_INET6);
  header[4] = RT_TABLE_MAIN;
  header[5] = RTPROT_STATIC;
  header[7] = RTN_UNICAST;
  const body = Buffer.concat([header, attribute(5, bytes), attribute(4, index)]);
  const how = opts.replace === true ? NLM.replace : NLM.excl;
  return { type: RTM.newRoute, flags: NLM.ack | NLM.create | how, body };
}

function routeHeader(family: number): Buffer {
  const out = Buffer.alloc(12);
  out[0] = family;
  return out;
}

export function macBytes(mac: string): Buffer {
  if (!/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(mac)) throw new RangeError(`"${mac}" is not a hardware address`);
  return Buffer.from(mac.replaceAll(':', ''), 'hex');
}

/** Four or sixteen bytes of an address. */
export function addressBytes(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  if (!isIPv6(address) || address.includes('%')) throw new RangeError(`"${address}" is not an IP address`);
  const tail = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  const hex = (high: string | undefined, low: string | undefined) => (Number(high) * 256 + Number(low)).toString(16);
  const text = tail === null ? address : `${tail[1]}${hex(tail[2], tail[3])}:${hex(tail[4], tail[5])}`;
  const [head = '', rest] = text.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = rest === undefined || rest === '' ? [] : rest.split(':');
  const words = [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right];
  const out = Buffer.alloc(16);
  for (const [index, word] of words.entries()) out.writeUInt16BE(Number.parseInt(word, 16), index * 2);
  return out;
}

function broadcastOf(address: Buffer, prefix: number): Buffer {
  const out = Buffer.alloc(4);
  out.writeUInt32BE((address.readUInt32BE(0) | (0xffffffff >>> prefix)) >>> 0);
  return out;
}
