import { z } from 'zod';
import { environmentInput } from '../input.schema.ts';

export const endHostTerminalInput = environmentInput.extend({ terminalId: z.string().regex(/^[0-9a-f]{64}$/) });
