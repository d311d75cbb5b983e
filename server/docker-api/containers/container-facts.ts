import type { Environment } from '../../environments/index.ts';
import type { Attachment } from '../codec/endpoint.ts';
import type { VolumePaths } from '../codec/mounts.ts';

/** To which networks each container is attached now. */
export async function readAttachments(environment: Environment): Promise<ReadonlyMap<string, Attachment[]>> {
  const attachments = new Map<string, Attachment[]>();
  for (const network of await environment.networks.list()) {
    for (const endpoint of network.endpoints) {
      if (endpoint.state !== 'ready') continue;
      const known = attachments.get(endpoint.containerId) ?? [];
      attachments.set(endpoint.containerId, [...known, { network, endpoint }]);
    }
  }
  return attachments;
}

/** Where the volumes lie on this host. */
export async function readVolumePaths(environment: Environment): Promise<VolumePaths> {
  return new Map((await environment.volumes.list()).map(({ name, mountpoint }) => [name, mountpoint]));
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
