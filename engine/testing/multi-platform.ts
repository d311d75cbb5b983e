// An image of two platforms, as buildx and `skopeo copy --all` write it.
import { hostArchitecture } from '../images/read-archive.ts';
import { digestOf } from '../oci/index.ts';
import { type ArchiveFiles, archiveOf, blobName, descriptorOf, layerOf, ociFiles } from './image-archives.ts';

/** Of this host. */
export const HOST = { os: 'linux', architecture: hostArchitecture() };
/** Another one than the host's. */
export const OTHER = { os: 'linux', architecture: HOST.architecture === 'arm64' ? 'amd64' : 'arm64', variant: 'v8' };
/** Named by the index, but not there. */
export const MISSING = { os: 'linux', architecture: 's390x' };
const NAME = 'docker.io/library/app:1';

/** The archive `app:1`: one name, an index, a manifest for each platform; `ids` are those of the images for OTHER and HOST. */
export function multiPlatform(): { archive: Buffer; index: string; ids: string[]; files: ArchiveFiles } {
  const files: ArchiveFiles = new Map([['oci-layout', '{"imageLayoutVersion":"1.0.0"}']]);
  const manifests: object[] = [];
  const ids: string[] = [];
  for (const platform of [OTHER, HOST]) {
    const layer = layerOf([{ name: 'who', data: platform.architecture }]);
    const rootfs = { type: 'layers', diff_ids: [digestOf(layer.tar)] };
    const config = JSON.stringify({ ...platform, rootfs, config: { Cmd: ['/who'] } });
    ids.push(digestOf(config));
    const single = ociFiles([layer], { config });
    for (const [name, data] of single) if (name.startsWith('blobs/')) files.set(name, data);
    const [, manifest] = [...single].find(([, data]) => String(data).includes('"layers":[{')) ?? [];
    if (manifest === undefined) throw new Error('an image without a manifest');
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    manifests.push({ mediaType, ...descriptorOf(manifest), platform });
  }
  // Not in the archive, as when somebody left a platform out; and what says how an image was built.
  const attestation = { os: 'unknown', architecture: 'unknown' };
  for (const platform of [MISSING, attestation])
    manifests.push({ ...descriptorOf(JSON.stringify(platform)), platform });
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  const index = JSON.stringify({ schemaVersion: 2, mediaType, manifests });
  files.set(blobName(index), index);
  const annotations = { 'io.containerd.image.name': NAME };
  const top = { schemaVersion: 2, manifests: [{ mediaType, ...descriptorOf(index), annotations }] };
  files.set('index.json', JSON.stringify(top));
  return { archive: archiveOf(files), index: digestOf(index), ids, files };
}
