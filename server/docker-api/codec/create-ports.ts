import type { ContainerConfig } from '#engine/containers/index.ts';
import { badRequest } from '../docker-error.ts';
import { JsonObject } from './json-object.ts';

type Ports = ContainerConfig['ports'];
type Port = Ports[number];

/** `PortBindings`: lists of addresses and ports of the host by `80/tcp`. */
export function readPortBindings(hostConfig: JsonObject): Ports {
  return hostConfig.entries('PortBindings').flatMap(([key, bindings]) => {
    const { containerPort, protocol } = parsePort(key);
    if (bindings === null) return [];
    if (!Array.isArray(bindings)) throw badRequest(`invalid JSON: PortBindings of ${key} must be a list`, 'field_kind');
    return bindings.map((item): Port => {
      const binding = JsonObject.from(item, `HostConfig.PortBindings.${key}`);
      const hostAddress = binding.text('HostIp') ?? '';
      const hostPort = parseHostPort(binding.text('HostPort') ?? '');
      return { protocol, containerPort, hostAddress, ...hostPort, whenExposed: true };
    });
  });
}

/** Keys of `ExposedPorts`, with their protocol. */
export function readExposedPorts(config: JsonObject): string[] {
  return config.entries('ExposedPorts').map(([key]) => {
    const [number = '', protocol = 'tcp'] = key.split('/');
    if (!isPort(number)) throw badRequest(`invalid port specification: "${key}"`, 'port_invalid');
    return `${Number(number)}/${protocol.toLowerCase()}`;
  });
}

function parsePort(key: string): Pick<Port, 'containerPort' | 'protocol'> {
  const [number = '', word = 'tcp'] = key.split('/');
  const protocol = word.toLowerCase();
  if (!isPort(number)) throw badRequest(`invalid port specification: "${number}"`, 'port_invalid');
  if (protocol !== 'tcp' && protocol !== 'udp') {
    throw badRequest(`Davit does not support the protocol of port ${key} yet`, 'field_unsupported');
  }
  return { containerPort: Number(number), protocol };
}

/** A port, a range of which the first free one is taken, or nothing for any. */
function parseHostPort(text: string): Pick<Port, 'hostPort' | 'hostPortEnd'> {
  if (text === '' || text === '0') return {};
  const [first = '', last] = text.split('-');
  if (!isPort(first) || (last !== undefined && (!isPort(last) || Number(last) < Number(first)))) {
    throw badRequest(`invalid port specification: "${text}"`, 'port_invalid');
  }
  return { hostPort: Number(first), ...(last === undefined ? {} : { hostPortEnd: Number(last) }) };
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
}
