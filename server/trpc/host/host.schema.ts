import { z } from 'zod';
import { environmentInput } from '../input.schema.ts';

/** `kept`: what was found at the last look of the server's own; else it looks now. */
export const hostChecksInput = environmentInput.extend({ kept: z.boolean().default(false) });
export const endHostTerminalInput = environmentInput.extend({ terminalId: z.string().regex(/^[0-9a-f]{64}$/) });
