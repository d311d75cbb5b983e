import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzip } from 'node:zlib';
import { acceptedEncodings } from './accepted-encodings.ts';
import { gatherAnswer } from './gather-answer.ts';

/** What is shorter is there after a few packets as it is. */
const WORTH_BYTES = 16 * 1024;
/** Leaves about as little of rows, which repeat each other, as higher levels do in twice the time. */
const LEVEL = 1;

/** Has a long answer compressed, outside the event loop, for who understands that. */
export function sendCompressed(req: IncomingMessage, res: ServerResponse): void {
  if (!acceptedEncodings(req.headers['accept-encoding'] ?? '').has('gzip')) return;
  gatherAnswer(res, {
    concerns: () => !res.headersSent,
    onWhole: (whole, send) => {
      if (whole.length < WORTH_BYTES) return send(whole);
      gzip(whole, { level: LEVEL }, (error, packed) => {
        if (error !== null || res.headersSent) return send(whole);
        res.setHeader('content-encoding', 'gzip');
        res.appendHeader('vary', 'accept-encoding');
        send(packed);
      });
    },
  });
}
