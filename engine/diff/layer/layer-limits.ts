import type { LayerLimits } from './layer-applier.ts';

const GIB = 2 ** 30;

/** gzip reaches 1030 with nothing but zeros, real file systems stay below 20. */
export const LAYER_LIMITS: LayerLimits = {
  maxEntries: 1_000_000,
  maxBytes: 64 * GIB,
  maxRatio: 300,
  unjudgedBytes: 16 * GIB,
  reserveBytes: GIB / 2,
  maxReserveShare: 0.05,
};
/** An outer archive holds blobs and a few documents. */
export const ARCHIVE_LIMITS: LayerLimits = { ...LAYER_LIMITS, maxEntries: 20_000 };

/** Somebody's own files may be as many and as empty as they like: the disk is the limit. */
export const TREE_LIMITS: LayerLimits = {
  ...LAYER_LIMITS,
  maxEntries: 1_000_000_000,
  maxBytes: 2 ** 51,
  maxRatio: Number.MAX_SAFE_INTEGER,
};
