import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { NameZone } from './name-server.ts';

/**
 * The files aardvark-dns reads, by name. First the addresses it listens on, then the mark, then a line for each container:
 * id, IPv4, IPv6, names, servers. An empty field leaves its two spaces.
 *
 * @see https://github.com/containers/aardvark-dns/blob/main/config.md
 */
export function aardvarkFiles(zones: readonly NameZone[]): Map<string, string> {
  return new Map(
    zones.map((zone) => {
      const lines = [zone.listen.join(','), markLine(zone), ...zone.members.map(memberLine)];
      return [fileOf(zone), `${lines.join('\n')}\n`];
    }),
  );
}

export function fileOf({ id, internal }: NameZone): string {
  return internal ? `${id}%int` : id;
}

/** A name that is known from when the file is read as it is now: nothing else tells it, for a signal has no answer. */
export function markOf({ members }: NameZone): string {
  const text = members.map(memberLine).join('\n');
  return `_davit-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
}

/** Only members are told names; the host asks from the address that is listened on. */
function markLine(zone: NameZone): string {
  const [address = ''] = zone.listen;
  const [ipv4, ipv6] = isIPv6(address) ? ['', address] : [address, ''];
  return `${zone.id} ${ipv4} ${ipv6} ${markOf(zone)}`;
}

function memberLine({ containerId, ipv4, ipv6 = '', names, servers }: NameZone['members'][number]): string {
  const known = [...new Set(names.map((name) => name.toLowerCase()))].filter(isName);
  const line = `${containerId} ${ipv4} ${ipv6} ${known.join(',')}`;
  return servers.length === 0 ? line : `${line} ${servers.join(',')}`;
}

/** What would break the line apart is no name anybody can ask for. */
function isName(name: string): boolean {
  return /^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/.test(name);
}
