import { z } from 'zod';
import { environmentInput, objectName } from '../input.schema.ts';

const label = z.string().min(1).max(512);
const labels = z.record(label, z.string().max(32_768));

export const listVolumesInput = environmentInput.extend({
  name: z.array(z.string().max(255)).max(20).optional(),
  label: z.array(label).max(20).optional(),
  driver: z.array(z.string().max(64)).max(20).optional(),
  dangling: z.boolean().optional(),
});
export const volumeInput = environmentInput.extend({ volumeName: objectName });
export const volumeUsageInput = volumeInput.extend({ maxAgeMs: z.number().int().min(0).optional() });
export const removeVolumeInput = volumeInput.extend({ force: z.boolean().default(false) });
export const createVolumeInput = environmentInput.extend({
  /** Drawn when it is left out. */
  newName: objectName.optional(),
  driver: z.string().max(64).default('local'),
  labels: labels.default({}),
  options: z.record(z.string().max(64), z.string().max(4096)).default({}),
});
export const pruneVolumesInput = environmentInput.extend({
  all: z.boolean().default(false),
  label: z.array(label).max(20).default([]),
  notLabel: z.array(label).max(20).default([]),
});

const flag = z
  .enum(['0', '1'])
  .default('0')
  .transform((text) => text === '1');

/** Query of the download: texts. */
export const backupVolumeInput = z.object({
  compression: z.enum(['none', 'gzip', 'zstd']).default('zstd'),
  /** Pause the containers that use it meanwhile. */
  consistent: flag,
});
/** Query of the upload. */
export const restoreVolumeInput = z.object({
  name: objectName,
  digest: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/, 'digest_format')
    .optional(),
  /** Take an archive that proves nothing about itself. */
  unproven: flag,
});
export const cloneVolumeInput = volumeInput.extend({
  newName: objectName,
  labels: labels.default({}),
  consistent: z.boolean().default(false),
});
