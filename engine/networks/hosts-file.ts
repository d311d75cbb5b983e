/** The lines every container's /etc/hosts begins with. */
const LOCALHOST = [
  '127.0.0.1\tlocalhost',
  '::1\tlocalhost ip6-localhost ip6-loopback',
  'fe00::\tip6-localnet',
  'ff00::\tip6-mcastprefix',
  'ff02::1\tip6-allnodes',
  'ff02::2\tip6-allrouters',
];

/** Text of /etc/hosts: the local names, then each address with the names of the container. */
export function hostsText(entries: readonly { address: string; names: readonly string[] }[]): string {
  const own = entries.map(({ address, names }) => `${address}\t${names.join(' ')}`);
  return `${[...LOCALHOST, ...own].join('\n')}\n`;
}
