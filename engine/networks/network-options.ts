import { isIPv4 } from 'node:net';
import { EngineError } from '../errors/index.ts';
import type { SubLinkConfig } from '../kernel/index.ts';
import type { Family } from './ip.ts';
import type { NetworkDriver } from './network-service.ts';

/** What the driver's options mean. */
interface BridgeSettings {
  /** Undefined: the engine names it. */
  bridgeName: string | undefined;
  /** Whether containers of the network may speak to each other. */
  icc: boolean;
  masquerade: boolean;
  /** Where ports are published that name no address of the host. */
  hostBinding: string;
  mtu: number | undefined;
  /** How the world outside and the containers reach each other, by family. */
  gatewayModes: Record<Family, GatewayMode>;
  /** The bridge gets no IPv4 address: whoever asked for this gives it one. */
  inhibitIpv4: boolean;
  /** What names of links inside containers begin with. */
  linkPrefix: string;
}

/**
 * `nat`: by the address of the host; `nat-unprotected`: the same, and every port of a container's own address is open;
 * `routed`: by their own addresses, published ports only; `isolated`: not even the host.
 */
export type GatewayMode = (typeof GATEWAY_MODES)[number];

const GATEWAY_MODES = ['nat', 'nat-unprotected', 'routed', 'isolated'] as const;

const BRIDGE = 'com.docker.network.bridge';

/**
 * Docker's options of the bridge driver; what is not known is kept on the record and has no effect, as there.
 * @throws EngineError `invalid_argument`
 */
export function parseBridgeOptions(options: Readonly<Record<string, string>>): BridgeSettings {
  const flag = (name: string): boolean => parseFlag(name, options[name]);
  return {
    bridgeName: parseBridgeName(options[`${BRIDGE}.name`]),
    icc: flag(`${BRIDGE}.enable_icc`),
    masquerade: flag(`${BRIDGE}.enable_ip_masquerade`),
    hostBinding: parseBinding(options[`${BRIDGE}.host_binding_ipv4`]),
    mtu: parseMtu(options['com.docker.network.driver.mtu'] ?? options['mtu']),
    gatewayModes: {
      4: parseGatewayMode(`${BRIDGE}.gateway_mode_ipv4`, options),
      6: parseGatewayMode(`${BRIDGE}.gateway_mode_ipv6`, options),
    },
    inhibitIpv4: parseFlag(`${BRIDGE}.inhibit_ipv4`, options[`${BRIDGE}.inhibit_ipv4`] ?? 'false'),
    linkPrefix: parseLinkPrefix(options['com.docker.network.container_iface_prefix']),
  };
}

function parseGatewayMode(name: string, options: Readonly<Record<string, string>>): GatewayMode {
  const text = options[name];
  if (text === undefined || text === '') return 'nat';
  const found = GATEWAY_MODES.find((mode) => mode === text);
  if (found !== undefined) return found;
  throw refused(name, `failed to parse ${name} value: ${text} (unknown gateway mode ${text})`);
}

function parseLinkPrefix(text: string | undefined): string {
  if (text === undefined || text === '') return 'eth';
  if (/^[a-zA-Z][a-zA-Z0-9_.-]{0,10}$/.test(text) && text !== 'lo') return text;
  const option = 'com.docker.network.container_iface_prefix';
  throw refused(option, `invalid prefix of interfaces "${text}": a letter, then letters, digits and _.-, at most 11`);
}

const MACVLAN_MODES = ['bridge', 'private', 'vepa', 'passthru'] as const;
const IPVLAN_MODES = ['l2', 'l3', 'l3s'] as const;

/** Which link of the host containers share, and how. @throws EngineError `invalid_argument` */
export function parseSubLinkOptions(
  driver: NetworkDriver,
  options: Readonly<Record<string, string>>,
): Pick<SubLinkConfig, 'parent' | 'kind'> {
  const parent = options['parent'] ?? '';
  if (parent === '') {
    throw refused('parent', `a ${driver} network needs the option parent: the link of the host that containers share`);
  }
  if (driver === 'ipvlan') {
    const mode = oneOf(IPVLAN_MODES, options['ipvlan_mode'], 'l2', 'ipvlan');
    return { parent, kind: { driver, mode } };
  }
  return {
    parent,
    kind: { driver: 'macvlan', mode: oneOf(MACVLAN_MODES, options['macvlan_mode'], 'bridge', 'macvlan') },
  };
}

function oneOf<T extends string>(known: readonly T[], text: string | undefined, fallback: T, driver: string): T {
  if (text === undefined || text === '') return fallback;
  const found = known.find((mode) => mode === text);
  if (found !== undefined) return found;
  throw refused(
    `${driver}_mode`,
    `requested ${driver} mode '${text}' is not valid, '${fallback}' mode is the ${driver} driver default`,
  );
}

/** The words Go takes for a truth value. */
function parseFlag(name: string, value: string | undefined): boolean {
  if (value === undefined || /^(1|t|true)$/i.test(value)) return true;
  if (/^(0|f|false)$/i.test(value)) return false;
  throw refused(
    name,
    `failed to parse ${name} value: ${value} (strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax)`,
  );
}

function parseBridgeName(name: string | undefined): string | undefined {
  if (name === undefined || name === '') return undefined;
  if (/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,14}$/.test(name) && !isReservedLink(name)) return name;
  throw refused(`${BRIDGE}.name`, `invalid bridge name "${name}": at most 15 letters, digits and _.- are allowed`);
}

/** The loopback link, and where the kernel keeps the settings of all links (ip-sysctl, conf/all and conf/default). */
export function isReservedLink(name: string): boolean {
  return name === 'lo' || name === 'all' || name === 'default';
}

function parseBinding(address: string | undefined): string {
  if (address === undefined || address === '') return '';
  if (isIPv4(address)) return address;
  const name = `${BRIDGE}.host_binding_ipv4`;
  throw refused(name, `failed to parse ${name} value: ${address} (nil ip)`);
}

function parseMtu(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const mtu = Number(text);
  if (/^\d{1,5}$/.test(text) && (mtu === 0 || (mtu >= 68 && mtu <= 65_535))) return mtu === 0 ? undefined : mtu;
  if (/^-?\d{1,15}$/.test(text)) throw refused('com.docker.network.driver.mtu', `invalid MTU number: ${text}`);
  const words = `failed to parse com.docker.network.driver.mtu value: ${text} (strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax)`;
  throw refused('com.docker.network.driver.mtu', words);
}

function refused(option: string, message: string): EngineError {
  return new EngineError('invalid_argument', message, { reason: 'invalid_network_option', option });
}
