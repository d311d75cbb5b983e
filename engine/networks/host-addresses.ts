import { networkInterfaces } from 'node:os';
import { isBridge, type NetworkDeps } from './deps.ts';

export async function hostAddresses(deps: Pick<NetworkDeps, 'store'>): Promise<Set<string>> {
  const running = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address));
  // A bridge nobody is plugged into does not count as running, but its address is the host's all the same.
  const bridges = (await deps.store.list()).filter(isBridge);
  const gateways = bridges.flatMap(({ subnets }) => subnets.flatMap(({ gateway }) => gateway ?? []));
  return new Set([...running, ...gateways]);
}
