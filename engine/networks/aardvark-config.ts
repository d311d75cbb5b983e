import type { NameZone } from './name-server.ts';

/**
 * The files aardvark-dns reads, by name. First the addresses it listens on, then a line for each container: id, IPv4,
 * IPv6, names, servers. An empty field leaves its two spaces.
 *
 * @see https://github.com/containers/aardvark-dns/blob/main/config.md
 */
export function aardvarkFiles(zones: readonly NameZone[]): Map<string, string> {
  return new Map(
    zones.map((zone) => {
      const lines = [zone.listen.join(','), ...zone.members.map(memberLine)];
      return [zone.internal ? `${zone.id}%int` : zone.id, `${lines.join('\n')}\n`];
    }),
  );
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
