import { isIP } from 'node:net';
import { parseEndpointOptions } from '../networks/index.ts';
import type { ContainerConfig } from './container-service.ts';
import { refused } from './refused.ts';

const MAC = /^[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}$/i;

/** Extra hosts, name servers, the interface's address. @throws EngineError `invalid_argument` in Docker's words */
export function checkNetworkOptions(config: ContainerConfig): void {
  for (const pair of config.extraHosts) {
    const [, name, address] = /^([^:=]+)[:=](.*)$/.exec(pair) ?? [];
    if (name === undefined || address === undefined)
      throw refused('extra_host_format', 'extraHosts', `bad format for add-host: "${pair}"`);
    if (address !== 'host-gateway' && isIP(withoutBrackets(address)) === 0)
      throw refused('extra_host_address', 'extraHosts', `invalid IP address in add-host: "${address}"`);
  }
  for (const address of config.dns) {
    if (isIP(address) === 0) throw refused('dns_address', 'dns', `IP address is not correctly formatted: ${address}`);
  }
  for (const text of [...config.dnsSearch, ...config.dnsOptions]) {
    // Each becomes a word of one line of resolv.conf.
    if (/\s/.test(text)) throw refused('dns_word', 'dns', `${JSON.stringify(text)} is not a valid domain or option`);
  }
  for (const endpoint of config.networks ?? []) parseEndpointOptions(endpoint);
  const { macAddress, network } = config;
  if (macAddress === undefined || macAddress === '') return;
  if (!MAC.test(macAddress)) {
    const words = `invalid config for network ${network}: invalid MAC address ${macAddress}`;
    throw refused('mac_invalid', 'macAddress', words);
  }
  if (network === 'host' || network.startsWith('container:'))
    throw refused('mac_conflict', 'macAddress', 'conflicting options: mac-address and the network mode');
}

function withoutBrackets(address: string): string {
  return /^\[(.*)\]$/.exec(address)?.[1] ?? address;
}
