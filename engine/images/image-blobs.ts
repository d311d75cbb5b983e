import { type ChainId, chainIds, type Digest, parseDiffId } from '../oci/index.ts';
import type { ImageRecord } from './image-service.ts';

export type StoredLayer = ImageRecord['layers'][number];

/** All that an image consists of where blobs are kept. */
export function blobsOf(image: ImageRecord): Digest[] {
  return [image.id, image.manifestDigest, ...image.layers.map((layer) => layer.digest)];
}

/** The layers it stands on, from the bottom. */
export function chainsOf(image: ImageRecord): ChainId[] {
  return chainIds(image.layers.map((layer) => parseDiffId(layer.diffId)));
}
