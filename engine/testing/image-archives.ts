import { buildTar, type TarMember } from '../diff/testing/tar-builder.ts';
import { digestOf } from '../oci/index.ts';

/** Members of an archive by name; changed by a test before it is built. */
export type ArchiveFiles = Map<string, Buffer | string>;

interface ArchivedLayer {
  /** As stored, compressed or not. */
  bytes: Buffer;
  /** Uncompressed. */
  tar: Buffer;
}

export function layerOf(
  members: readonly TarMember[],
  compress: (tar: Buffer) => Buffer = (tar) => tar,
): ArchivedLayer {
  const tar = buildTar(members);
  return { tar, bytes: compress(tar) };
}

export function configOf(layers: readonly ArchivedLayer[], diffIds = layers.map(({ tar }) => digestOf(tar) as string)) {
  const rootfs = { type: 'layers', diff_ids: diffIds };
  return JSON.stringify({ architecture: process.arch === 'x64' ? 'amd64' : process.arch, os: 'linux', rootfs });
}

/** What `docker save` of today writes: blobs by digest, named by manifest.json. */
export function dockerFiles(
  layers: readonly ArchivedLayer[],
  opts: { config?: string; tag?: string } = {},
): ArchiveFiles {
  const config = opts.config ?? configOf(layers);
  const Config = blobName(config);
  const files: ArchiveFiles = new Map([[Config, config]]);
  for (const { bytes } of layers) files.set(blobName(bytes), bytes);
  const Layers = layers.map(({ bytes }) => blobName(bytes));
  files.set('manifest.json', JSON.stringify([{ Config, RepoTags: [opts.tag ?? 'app:1'], Layers }]));
  return files;
}

/** An OCI layout; `manifest` and `index` replace parts of these documents. */
export function ociFiles(
  layers: readonly ArchivedLayer[],
  opts: { config?: string; manifest?: object; index?: object } = {},
): ArchiveFiles {
  const config = opts.config ?? configOf(layers);
  const manifest = JSON.stringify({
    schemaVersion: 2,
    config: descriptorOf(config),
    layers: layers.map(({ bytes }) => descriptorOf(bytes)),
    ...opts.manifest,
  });
  const annotations = { 'io.containerd.image.name': 'docker.io/library/app:1' };
  const index = { schemaVersion: 2, manifests: [{ ...descriptorOf(manifest), annotations }], ...opts.index };
  const files: ArchiveFiles = new Map([['oci-layout', '{"imageLayoutVersion":"1.0.0"}']]);
  for (const blob of [config, manifest, ...layers.map(({ bytes }) => bytes)]) files.set(blobName(blob), blob);
  return files.set('index.json', JSON.stringify(index));
}

export function descriptorOf(bytes: Buffer | string): { digest: string; size: number } {
  return { digest: digestOf(bytes), size: Buffer.byteLength(bytes) };
}

export function blobName(bytes: Buffer | string): string {
  return `blobs/${digestOf(bytes).replace(':', '/')}`;
}

export function archiveOf(files: ArchiveFiles): Buffer {
  return buildTar([...files].map(([name, data]) => ({ name: Buffer.from(name), data, pax: { path: name } })));
}
