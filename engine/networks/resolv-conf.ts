import { isIPv4, isIPv6 } from 'node:net';

/** Asked when the host names no server that a container can reach, as Docker does. */
const PUBLIC_SERVERS = ['8.8.8.8', '8.8.4.4'];

/** Servers a container on a bridge can reach: not the host's loopback, nor a family the container lacks. */
export function reachableServers(text: string, has: { ipv4: boolean; ipv6: boolean }): string[] {
  return nameservers(text).filter((server) =>
    isIPv4(server)
      ? has.ipv4 && !server.startsWith('127.')
      : has.ipv6 && isIPv6(server) && server !== '::1' && !server.includes('%'),
  );
}

/** The host's resolv.conf for a container in a namespace of its own: search and options stay, servers are replaced. */
export function containerResolvConf(hostText: string, servers: readonly string[]): string {
  const kept = hostText
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^(search|domain|options|sortlist)\s/.test(line));
  const chosen = servers.length > 0 ? servers : PUBLIC_SERVERS;
  return `${[...chosen.map((server) => `nameserver ${server}`), ...kept].join('\n')}\n`;
}

/** For a container whose servers know names: a name without a dot is asked for as it is before the search list. */
export function namedResolvConf(hostText: string, servers: readonly string[]): string {
  const search = hostText.split('\n').filter((line) => /^\s*(search|domain)\s/.test(line));
  const lines = [...servers.map((server) => `nameserver ${server}`), ...search.map((line) => line.trim())];
  return `${[...lines, 'options ndots:0'].join('\n')}\n`;
}

function nameservers(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const found = /^\s*nameserver\s+(\S+)/.exec(line)?.[1];
    return found === undefined ? [] : [found];
  });
}
