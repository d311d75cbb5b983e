import { readFile } from 'node:fs/promises';
import { errnoOf } from '../errors/index.ts';
import { canonicalAddress } from './ip.ts';

/** A socket of the host that waits for connections or datagrams. `0.0.0.0` also stands for `::`. */
export interface Listener {
  protocol: 'tcp' | 'udp';
  address: string;
  port: number;
}

const TABLES = [
  ['tcp', 'tcp'],
  ['tcp', 'tcp6'],
  ['udp', 'udp'],
  ['udp', 'udp6'],
] as const;

export function readHostListeners(): Promise<Listener[]> {
  return readTables('/proc/net');
}

/** What listens in the network of a process; nothing when it has ended. */
export function readListenersOf(pid: number): Promise<Listener[]> {
  return readTables(`/proc/${pid}/net`);
}

async function readTables(folder: string): Promise<Listener[]> {
  const found = await Promise.all(
    TABLES.map(async ([protocol, name]) => parseListeners(protocol, await readTable(`${folder}/${name}`))),
  );
  return found.flat();
}

async function readTable(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    // A kernel without IPv6 has no tables for it, and a process that ended none at all.
    if (errnoOf(cause) === 'ENOENT' || errnoOf(cause) === 'ESRCH' || errnoOf(cause) === 'EINVAL') return '';
    throw cause;
  }
}

const TCP_LISTEN = '0A';
/** An unconnected UDP socket is in the state that TCP calls closed. */
const UDP_UNCONNECTED = '07';

export function parseListeners(protocol: 'tcp' | 'udp', table: string): Listener[] {
  const state = protocol === 'tcp' ? TCP_LISTEN : UDP_UNCONNECTED;
  const listeners: Listener[] = [];
  for (const line of table.split('\n').slice(1)) {
    const fields = line.trim().split(/\s+/);
    const [address = '', port = ''] = (fields[1] ?? '').split(':');
    if (fields[3] !== state) continue;
    const decoded = decodeAddress(address);
    // Nothing is published on ::1, so nobody there is in the way.
    if (decoded !== '::1') listeners.push({ protocol, address: decoded, port: Number.parseInt(port, 16) });
  }
  return listeners;
}

/** Words of four bytes in the byte order of the host, which is little endian on all we run on. */
function decodeAddress(hex: string): string {
  if (hex.length === 8) return ipv4Of(hex);
  // A socket on :: takes IPv4 too, unless it said otherwise, which this table does not tell.
  if (/^0{32}$/.test(hex)) return '0.0.0.0';
  const mapped = /^0{16}FFFF0000([0-9A-F]{8})$/i.exec(hex);
  if (mapped?.[1] !== undefined) return ipv4Of(mapped[1]);
  const words = (hex.match(/.{8}/g) ?? []).map((word) => Buffer.from(word, 'hex').reverse().toString('hex'));
  return canonicalAddress((words.join('').match(/.{4}/g) ?? []).join(':'));
}

function ipv4Of(hex: string): string {
  return [...Buffer.from(hex, 'hex')].reverse().join('.');
}
