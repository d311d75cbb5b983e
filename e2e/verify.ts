import { setTimeout as delay } from 'node:timers/promises';
import { adminHere } from './admin-here.ts';
import type { DavitProcess } from './davit-process.ts';

/** Until `verify` finds nothing: what the server still does by itself may take a moment, and it looks at its firewall twice a minute. */
export async function untilVerified(davit: DavitProcess): Promise<void> {
  const deadline = Date.now() + 70_000;
  for (;;) {
    try {
      await adminHere(davit, ['verify']);
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await delay(500);
  }
}
