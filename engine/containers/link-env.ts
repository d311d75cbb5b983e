import { mergeEnv } from './config-merge.ts';
import type { ContainerRecord } from './container-service.ts';
import type { Context } from './context.ts';
import { findLiveLinks, isDefault, type LiveLink } from './links.ts';

/** Every image has them; they say nothing of the linked container. */
const LEFT_OUT = new Set(['HOME', 'PATH']);

/** The process's environment with what is known of linked containers on the default network; its own variables win. */
export async function envWithLinks(ctx: Context, record: ContainerRecord): Promise<string[]> {
  if (!isDefault(record.config.network)) return record.process.env;
  const links = await findLiveLinks(ctx, record);
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
  const ofPorts = ports.flatMap(({ port, protocol }) => {
    const key = `${prefix}_PORT_${port}_${protocol.toUpperCase()}`;
    const url = `${protocol}://${address}:${port}`;
    return [`${key}=${url}`, `${key}_ADDR=${address}`, `${key}_PORT=${port}`, `${key}_PROTO=${protocol}`];
  });
  const ofProcess = other.config.env.filter((pair) => pair.includes('=') && !LEFT_OUT.has(pair.split('=')[0] ?? ''));
  return [
    ...(first === undefined ? [] : [`${prefix}_PORT=${first.protocol}://${address}:${first.port}`]),
    ...ofPorts,
    `${prefix}_NAME=/${name}/${alias}`,
    ...ofProcess.map((pair) => `${prefix}_ENV_${pair}`),
  ];
}

/** TCP first, then by number. */
function portsOf({ config }: Pick<ContainerRecord, 'config'>): { port: number; protocol: string }[] {
  const published = config.ports.map(({ containerPort, protocol }) => `${containerPort}/${protocol}`);
  return [...new Set([...config.exposedPorts, ...published])]
    .map((text) => {
      const [port, protocol = 'tcp'] = text.split('/');
      return { port: Number(port), protocol };
    })
    .toSorted((one, two) => Number(two.protocol === 'tcp') - Number(one.protocol === 'tcp') || one.port - two.port);
}
