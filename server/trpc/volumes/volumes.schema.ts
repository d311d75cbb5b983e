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
