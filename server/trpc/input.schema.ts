import { z } from 'zod';

/** Every input names its environment; `local` is the engine in the server's own process. */
export const environmentInput = z.strictObject({ environmentId: z.string().min(1).max(64).default('local') });

/** A name, an id or a unique prefix of one. */
export const ref = z.string().trim().min(1).max(255);

/** Docker's rule for names of containers and volumes. */
export const objectName = z
  .string()
  .trim()
  .min(2)
  .max(128)
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/, 'name_format');

export const signalName = z.string().regex(/^(SIG)?[A-Z0-9+-]{1,16}$|^[0-9]{1,2}$/, 'signal_format');
