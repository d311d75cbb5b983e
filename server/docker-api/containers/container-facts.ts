import type { MountSpec } from '#engine/containers/index.ts';
import type { ContainerId } from '#engine/lib/index.ts';
import type { Environment } from '../../environments/index.ts';
import type { Attachment } from '../codec/endpoint.ts';
import type { VolumePaths } from '../codec/mounts.ts';

/** To which networks each container is attached now. */
export async function readAttachments(environment: Environment): Promise<ReadonlyMap<string, Attachment[]>> {
  const attachments = new Map<string, Attachment[]>();
  for (const network of await environment.networks.list()) {
    for (const endpoint of network.endpoints) {
      if (endpoint.state !== 'ready') continue;
      const known = attachments.get(endpoint.containerId);
      if (known === undefined) attachments.set(endpoint.containerId, [{ network, endpoint }]);
      else known.push({ network, endpoint });
    }
  }
  return attachments;
}

/** To which networks one container is attached now. */
export async function readAttachmentsOf(environment: Environment, id: ContainerId): Promise<Attachment[]> {
  const attachments = await environment.networks.attachmentsOf(id);
  return attachments.filter(({ endpoint }) => endpoint.state === 'ready');
}

/** Where the volumes of these mounts lie on this host. */
export async function readVolumePaths(environment: Environment, mounts: readonly MountSpec[]): Promise<VolumePaths> {
  const names = mounts.flatMap((mount) => (mount.type === 'volume' && mount.name !== undefined ? [mount.name] : []));
  return names.length === 0 ? new Map() : await environment.volumes.mountpoints([...new Set(names)]);
}

/** Bytes of a container: its own layer, and with the image below it. */
export async function readSize(
  environment: Environment,
  container: { id: string; imageId: string },
): Promise<{ writable: number; root: number }> {
  const writable = await environment.containers.writableBytes(container.id);
  const image = (await environment.images.list()).find(({ id }) => id === container.imageId);
  return { writable, root: writable + (image?.sizeBytes ?? 0) };
}
