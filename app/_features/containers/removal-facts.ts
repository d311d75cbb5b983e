import type { ContainerSummary } from '../../_lib/trpc.ts';

export type Removed = Pick<ContainerSummary, 'id' | 'name' | 'state' | 'mounts' | 'ports' | 'imageId'>;

/** What is left of containers that go: the named volumes, and how many images they were made from. */
export function stays(containers: readonly Removed[]): { volumes: string[]; images: number } {
  const volumes = containers.flatMap(({ mounts }) =>
    mounts.flatMap((mount) => (mount.type === 'volume' && mount.name !== undefined ? [mount.name] : [])),
  );
  return {
    volumes: [...new Set(volumes)].sort(),
    images: new Set(containers.map(({ imageId }) => imageId)).size,
  };
}

/** It has to be stopped first. */
export function endsRunning({ state }: Pick<Removed, 'state'>): boolean {
  return state.status === 'running' || state.status === 'paused';
}

/** Ports of the host that become free with it, each once though it is open at several addresses. */
export function freedPorts(container: Removed): string[] {
  if (!endsRunning(container)) return [];
  return [
    ...new Set(
      container.ports.map(({ hostPort, protocol }) => `${hostPort}${protocol === 'tcp' ? '' : `/${protocol}`}`),
    ),
  ];
}
