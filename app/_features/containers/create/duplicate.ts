import type { ContainerDetail } from '../../../_lib/trpc.ts';
import type { CreateForm } from './create-form.ts';
import { fromConfig } from './from-config.ts';
import { formatEndpoint, tryParseEndpoint } from './parse-entries.ts';
import { linesOf } from './run-options.ts';

/** What the server writes for a value that is not for these eyes. */
const MASK = '********';

/**
 * The form for one more container of this kind: a name that is free, and without the addresses that only one can have.
 * Ports stay, as another host address may be meant; the form says who holds them.
 */
export function duplicateOf(
  { name, config }: Pick<ContainerDetail, 'name' | 'config'>,
  names: readonly string[],
): { form: CreateForm; cleared: boolean } {
  const copy = fromConfig(config);
  const form: CreateForm = {
    ...copy,
    name: freeName(name, names),
    ip: '',
    ip6: '',
    macAddress: '',
    moreNetworks: linesOf(copy.moreNetworks)
      .map((line) => {
        const endpoint = tryParseEndpoint(line);
        if (endpoint === undefined) return line;
        const { ipv4: _ipv4, ipv6: _ipv6, mac: _mac, ...rest } = endpoint;
        return formatEndpoint(rest);
      })
      .join('\n'),
    env: copy.env.map((row) => (row.value === MASK ? { ...row, value: '' } : row)),
  };
  const addresses = ({ ip, ip6, macAddress, moreNetworks }: CreateForm) =>
    [ip, ip6, macAddress, moreNetworks].join('\n');
  return { form, cleared: addresses(copy) !== addresses(form) };
}

/** `web` → `web-2`, `web-2` → `web-3`, whichever is free. */
function freeName(name: string, names: readonly string[]): string {
  const [, base = name, number = '1'] = /^(.+?)-(\d{1,4})$/.exec(name) ?? [];
  for (let next = Number(number) + 1; ; next += 1) {
    const free = `${base}-${next}`;
    if (!names.includes(free)) return free;
  }
}
