import { shortId } from '../../_lib/format.ts';
import type { ContainerDetail, NetworkSummary } from '../../_lib/trpc.ts';

/** A network of a container: as it is now, or as the next start brings it back. */
export interface Attachment {
  network: string;
  /** Undefined when there is no such network any more. */
  networkId: string | undefined;
  live: boolean;
  addresses: string[];
  mac: string;
  gateways: string[];
  /** What other containers of the network find it by. */
  names: string[];
}

type Container = Pick<ContainerDetail, 'id' | 'name' | 'networkMode'> & {
  config: Pick<ContainerDetail['config'], 'networks'>;
};
type Known = Pick<NetworkSummary, 'id' | 'name' | 'builtin' | 'driver' | 'subnets' | 'endpoints'>;

/** In the order in which the container asks for its networks, which is that of its links. */
export function attachmentsOf({ id, name, networkMode, config }: Container, networks: readonly Known[]): Attachment[] {
  const asked = config.networks ?? [{ network: networkMode }];
  const wanted = asked.map((endpoint) => {
    const network = networks.find((one) => one.name === endpoint.network || one.id === endpoint.network);
    return { endpoint, network, name: network?.name ?? endpoint.network };
  });
  // Connected from elsewhere while this page has not read the container again.
  const others = networks
    .filter((one) => one.endpoints.some(({ containerId }) => containerId === id))
    .filter((one) => !wanted.some(({ network }) => network?.id === one.id))
    .map((network) => ({ endpoint: { network: network.name }, network, name: network.name }));
  return [...wanted, ...others].map(({ endpoint, network, name: networkName }): Attachment => {
    const live = network?.endpoints.find(({ containerId }) => containerId === id);
    const aliases = live?.aliases ?? ('aliases' in endpoint ? endpoint.aliases : undefined) ?? [];
    const fixed = ['ipv4' in endpoint ? endpoint.ipv4 : undefined, 'ipv6' in endpoint ? endpoint.ipv6 : undefined];
    const now = live === undefined ? fixed : [live.address, live.ipv6];
    return {
      network: networkName,
      networkId: network?.id,
      live: live !== undefined,
      addresses: now.flatMap((address) => address || []),
      mac: live?.mac ?? ('mac' in endpoint ? endpoint.mac : undefined) ?? '',
      gateways: (network?.subnets ?? []).flatMap(({ gateway }) => gateway ?? []),
      // The default bridge and networks of a host's link answer no names.
      names:
        network === undefined || network.builtin || network.driver !== 'bridge' ? [] : [name, ...aliases, shortId(id)],
    };
  });
}
