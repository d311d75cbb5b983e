import { z } from 'zod';
import { containerInput } from '../containers/containers.schema.ts';

export const renameTerminalInput = containerInput.extend({
  terminalId: z.string().regex(/^[0-9a-f]{64}$/),
  title: z.string().trim().max(64),
});

/** The container decides who may; the terminal is one of the caller's own. */
export const endTerminalInput = containerInput.extend({ terminalId: z.string().regex(/^[0-9a-f]{64}$/) });
