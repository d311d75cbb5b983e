import { number, object, TEXT_MAP, TEXTS, text } from './shape.ts';

/** What a container asks of one network, and what inspect tells of it: clients send the whole of it back. */
export const ENDPOINT = object('network.EndpointSettings', {
  IPAMConfig: object('network.EndpointIPAMConfig', { IPv4Address: text(), IPv6Address: text(), LinkLocalIPs: TEXTS }),
  Links: TEXTS,
  Aliases: TEXTS,
  MacAddress: text(),
  DriverOpts: TEXT_MAP,
  GwPriority: number('int'),
  NetworkID: text(),
  EndpointID: text(),
  Gateway: text(),
  IPAddress: text(),
  IPPrefixLen: number('int'),
  IPv6Gateway: text(),
  GlobalIPv6Address: text(),
  GlobalIPv6PrefixLen: number('int'),
  DNSNames: TEXTS,
});
