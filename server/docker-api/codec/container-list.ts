import type { ContainerSummary } from '#engine/containers/index.ts';
import type { BoundPort } from '#engine/networks/index.ts';
import { type Attachment, emptyEndpoint, toEndpoint } from './endpoint.ts';
import { toMountPoints, type VolumePaths } from './mounts.ts';
import { shellWords } from './shell-words.ts';

interface ListFacts {
  attachments: readonly Attachment[];
  volumes: VolumePaths;
  /** What others call it by their links. */
  linkNames?: readonly string[];
  /** Bytes of the writable layer and of everything below it; only when they were asked for. */
  size?: { writable: number; root: number } | undefined;
}

/** One row of `GET /containers/json`. */
export function toContainerRow(container: ContainerSummary, { attachments, volumes, linkNames = [], size }: ListFacts) {
  return {
    Id: container.id,
    Names: [`/${container.name}`, ...linkNames],
    Image: container.image,
    ImageID: container.imageId,
    Command: shellWords(container.args),
    Created: Math.floor(container.createdAt.getTime() / 1000),
    Ports: toPorts(container),
    ...(size === undefined || size.writable === 0 ? {} : { SizeRw: size.writable }),
    ...(size === undefined ? {} : { SizeRootFs: size.root }),
    Labels: container.labels,
    State: container.state.status,
    Status: container.status,
    HostConfig: { NetworkMode: container.networkMode },
    NetworkSettings: { Networks: toNetworks(container, attachments) },
    Mounts: toMountPoints(container.mounts, volumes),
  };
}

function toNetworks(container: ContainerSummary, attachments: readonly Attachment[]) {
  const networks: Record<string, object> = {};
  const add = (name: string, endpoint: ReturnType<typeof emptyEndpoint>) => {
    networks[name] = { ...endpoint, Aliases: null };
  };
  if (attachments.length === 0 && !container.networkMode.startsWith('container:')) {
    add(container.networkMode, emptyEndpoint());
  }
  for (const attachment of attachments) add(attachment.network.name, toEndpoint(container.id, attachment));
  return networks;
}

/** A container that does not run has none. */
function toPorts({ ports, exposedPorts, state }: Pick<ContainerSummary, 'ports' | 'exposedPorts' | 'state'>) {
  if (state.status !== 'running' && state.status !== 'paused') return [];
  const bound = ports.flatMap((port) =>
    addressesOf(port).map((address) => ({
      IP: address,
      PrivatePort: port.containerPort,
      PublicPort: port.hostPort,
      Type: port.protocol,
    })),
  );
  const taken = new Set(ports.map((port) => `${port.containerPort}/${port.protocol}`));
  const others = exposedPorts
    .filter((port) => !taken.has(port))
    .map((port) => {
      const [number, protocol = 'tcp'] = port.split('/');
      return { PrivatePort: Number(number), Type: protocol };
    });
  return [...bound, ...others];
}

/** No address means all of them, which clients are told as two. */
export function addressesOf({ hostAddress }: Pick<BoundPort, 'hostAddress'>): string[] {
  return hostAddress === '' ? ['0.0.0.0', '::'] : [hostAddress];
}
