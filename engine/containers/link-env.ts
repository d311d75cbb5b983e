import { mergeEnv } from './config-merge.ts';
import type { ContainerRecord } from './container-service.ts';
import type { Context } from './context.ts';
import { findLiveLinks, isDefault, type LiveLink } from './links.ts';

/** Every image has them; they say nothing of the linked container. */
const LEFT_OUT = new Set(['HOME', 'PATH']);

/** The process's environment with what is known of linked containers on the default network; its own variables win. */
export async function envWithLinks(ctx: Context, record: ContainerRecord): Promise<string[]> {
  if (!isDefault(record.config.network)) return record.process.env;
  const links = (await findLiveLinks(ctx, record)).filter(({ ofDefault }) => ofDefault);
  return mergeEnv(
    links.flatMap((link) => linkEnv(record.name, link)),
    record.process.env,
  );
}

/** `ALIAS_PORT…` of exposed ports, `ALIAS_NAME`, and `ALIAS_ENV_…` of the variables, as dockerd names them. */
export function linkEnv(
  name: string,
  { alias, address, other }: Pick<LiveLink, 'alias' | 'address'> & { other: Pick<ContainerRecord, 'config'> },
): string[] {
  const prefix = alias.toUpperCase().replaceAll('-', '_');
  const ports = portsOf(other);
  const [first] = ports;
  const keyOf = ({ port, protocol }: Port) => `${prefix}_PORT_${port}_${protocol.toUpperCase()}`;
  const urlOf = ({ port, protocol }: Port) => `${protocol}://${address}:${port}`;
  const ofPorts = ports.flatMap((one) => {
    const key = keyOf(one);
    return [
      `${key}=${urlOf(one)}`,
      `${key}_ADDR=${address}`,
      `${key}_PORT=${one.port}`,
      `${key}_PROTO=${one.protocol}`,
    ];
  });
  const ofRanges = rangesOf(ports).flatMap(([from, to]) => {
    const key = keyOf(from);
    return [
      ...[`${key}_START=${urlOf(from)}`, `${key}_PORT_START=${from.port}`],
      ...[`${key}_END=${urlOf(to)}`, `${key}_PORT_END=${to.port}`],
    ];
  });
  const ofProcess = other.config.env.filter((pair) => pair.includes('=') && !LEFT_OUT.has(pair.split('=')[0] ?? ''));
  return [
    ...(first === undefined ? [] : [`${prefix}_PORT=${first.protocol}://${address}:${first.port}`]),
    ...ofRanges,
    ...ofPorts,
    `${prefix}_NAME=/${name}/${alias}`,
    ...ofProcess.map((pair) => `${prefix}_ENV_${pair}`),
  ];
}

interface Port {
  port: number;
  protocol: string;
}

/** First and last of three or more ports in a row. */
function rangesOf(ports: readonly Port[]): [Port, Port][] {
  const found: [Port, Port][] = [];
  for (let at = 0; at < ports.length; ) {
    let end = at;
    while (follows(ports[end], ports[end + 1])) end += 1;
    const [from, to] = [ports[at], ports[end]];
    if (end > at + 1 && from !== undefined && to !== undefined) found.push([from, to]);
    at = end + 1;
  }
  return found;
}

function follows(one: Port | undefined, next: Port | undefined): boolean {
  return one !== undefined && next?.port === one.port + 1 && next.protocol === one.protocol;
}

/** TCP first, then by number. */
function portsOf({ config }: Pick<ContainerRecord, 'config'>): Port[] {
  const published = config.ports.map(({ containerPort, protocol }) => `${containerPort}/${protocol}`);
  return [...new Set([...config.exposedPorts, ...published])]
    .map((text) => {
      const [port, protocol = 'tcp'] = text.split('/');
      return { port: Number(port), protocol };
    })
    .toSorted((one, two) => Number(two.protocol === 'tcp') - Number(one.protocol === 'tcp') || one.port - two.port);
}
