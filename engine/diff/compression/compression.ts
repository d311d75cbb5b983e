import { MEDIA_TYPES } from '../../oci/index.ts';
import type { Compression } from '../layer/layer-applier.ts';

/** Bytes needed to tell. */
export const MAGIC_BYTES = 6;

const XZ = Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]);

/** What the first bytes say; names and media types lie. */
export function detectCompression(head: Buffer): Compression {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (head.length >= 4 && isZstdMagic(head.readUInt32LE(0))) return 'zstd';
  if (head.subarray(0, 6).equals(XZ)) return 'xz';
  if (head.toString('latin1', 0, 3) === 'BZh') return 'bzip2';
  return 'none';
}

export function isZstdMagic(magic: number): boolean {
  return magic === 0xfd2fb528 || isSkippableMagic(magic);
}

export function isSkippableMagic(magic: number): boolean {
  return (magic & 0xff_ff_ff_f0) >>> 0 === 0x184d2a50;
}

/** Of a blob as it is stored. */
export function layerMediaType(stored: Compression): string {
  if (stored === 'gzip') return MEDIA_TYPES.ociLayerGzip;
  return stored === 'zstd' ? MEDIA_TYPES.ociLayerZstd : MEDIA_TYPES.ociLayer;
}
