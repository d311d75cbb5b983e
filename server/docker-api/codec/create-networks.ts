import type { ContainerConfig } from '#engine/containers/index.ts';
import type { EndpointConfig } from '#engine/networks/index.ts';
import { badRequest } from '../docker-error.ts';
import { JsonObject } from './json-object.ts';

const DEFAULT_NETWORKS = new Set(['', 'default', 'bridge']);

/** Clients name the network twice: as mode, and with what they want of it; further ones only in the second place. */
export function readNetworks(body: JsonObject, host: JsonObject): Pick<ContainerConfig, 'network' | 'networks'> {
  if (body.flag('NetworkDisabled') === true) return { network: 'none' };
  const mode = host.text('NetworkMode') ?? '';
  const endpoints = (body.object('NetworkingConfig')?.entries('EndpointsConfig') ?? []).map(([name, settings]) => {
    const network = DEFAULT_NETWORKS.has(name) ? 'bridge' : name;
    const path = `NetworkingConfig.EndpointsConfig.${name}`;
    return readEndpoint(network, settings === null ? JsonObject.empty() : JsonObject.from(settings, path));
  });
  const [first] = endpoints;
  const network = DEFAULT_NETWORKS.has(mode) ? (first?.network ?? 'bridge') : mode;
  if (network === 'container' || network === 'container:') {
    const words = 'invalid network mode: invalid container format container:<name|id>';
    throw badRequest(words, 'network_mode_invalid');
  }
  if (network.startsWith('container:')) refuseOwnNetwork(body, host);
  if (network === 'host' || network === 'none' || network.startsWith('container:')) {
    const other = endpoints.find((endpoint) => endpoint.network !== network);
    if (other === undefined) return { network };
    throw badRequest(`conflicting options: cannot attach both ${network} and ${other.network} network`);
  }
  return endpoints.length === 0 ? { network } : { network, networks: endpoints };
}

/** Who shares the network of another container has none to arrange. @throws EngineError `invalid_argument` */
function refuseOwnNetwork(body: JsonObject, host: JsonObject): void {
  const no = (what: string) => badRequest(`conflicting options: ${what}`, 'network_mode_conflict');
  if (body.text('Hostname')) throw no('hostname and the network mode');
  if (host.texts('Links')?.length) {
    throw no("container type network can't be used with links. This would result in undefined behavior");
  }
  if (host.texts('Dns')?.length) throw no('dns and the network mode');
  if (host.texts('ExtraHosts')?.length) throw no('custom host-to-IP mapping and the network mode');
  if (host.entries('PortBindings').length > 0 || host.flag('PublishAllPorts') === true) {
    throw no('port publishing and the container type network mode');
  }
  if (body.entries('ExposedPorts').length > 0) throw no('port exposing and the container type network mode');
}

/** What a container asks of one network. @throws EngineError `invalid_argument` */
function readEndpoint(network: string, settings: JsonObject): EndpointConfig {
  const addresses = settings.object('IPAMConfig');
  const found: EndpointConfig = {
    network,
    aliases: settings.texts('Aliases'),
    ipv4: addresses?.text('IPv4Address') || undefined,
    ipv6: addresses?.text('IPv6Address') || undefined,
    mac: settings.text('MacAddress') || undefined,
    priority: settings.integer('GwPriority') || undefined,
    linkLocal: addresses?.texts('LinkLocalIPs'),
    links: settings.texts('Links'),
    driverOpts: settings.textMap('DriverOpts'),
  };
  const given = Object.entries(found).filter(([, value]) => isGiven(value));
  return { network, ...Object.fromEntries(given) };
}

function isGiven(value: EndpointConfig[keyof EndpointConfig]): boolean {
  if (typeof value === 'object') return Object.keys(value).length > 0;
  return value !== undefined && value !== '';
}
