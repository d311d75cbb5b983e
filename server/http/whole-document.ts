import type { ServerResponse } from 'node:http';
import { gatherAnswer } from './gather-answer.ts';

/**
 * Has the document of a page sent in one piece once all of it is there; any other answer goes out as it comes. A browser that gets
 * half a document runs none of its scripts: a page cut in the middle could neither say so nor load itself again.
 */
export function sendWhole(res: ServerResponse): void {
  gatherAnswer(res, {
    concerns: () => String(res.getHeader('content-type') ?? '').startsWith('text/html'),
    onWhole: (whole, send) => send(whole),
  });
}
