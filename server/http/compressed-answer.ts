import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { isLoopback } from '#server/config/index.ts';
import { acceptedEncodings } from './accepted-encodings.ts';
import { gatherAnswer } from './gather-answer.ts';

const compress = promisify(gzip);

/** What is shorter is there after a few packets as it is. */
const WORTH_BYTES = 16 * 1024;
/** Leaves about as little of rows, which repeat each other, as higher levels do in twice the time. */
const LEVEL = 1;

/** Has a long answer compressed, outside the event loop, for who understands that and gets it over a network. */
export function compressAnswers(): (req: IncomingMessage, res: ServerResponse) => void {
  const packed = packer();
  return (req, res) => {
    if (isFromHere(req) || !acceptedEncodings(req.headers['accept-encoding'] ?? '').has('gzip')) return;
    gatherAnswer(res, {
      concerns: () => !res.headersSent,
      onWhole: (whole, send) => {
        if (whole.length < WORTH_BYTES) return send(whole);
        const sendPacked = (bytes: Buffer): void => {
          if (res.headersSent) return void send(whole);
          res.setHeader('content-encoding', 'gzip');
          res.appendHeader('vary', 'accept-encoding');
          send(bytes);
        };
        packed(whole).then(sendPacked, () => send(whole));
      },
    });
  };
}

/** Within one machine the work on bytes takes longer than their way. A proxy on it says for whom it asks. */
function isFromHere({ socket, headers }: IncomingMessage): boolean {
  const peer = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  return isLoopback(peer) && headers['x-forwarded-for'] === undefined;
}

/** The same bytes, which many ask for in one moment, are compressed once. */
export function packer(
  pack = (whole: Buffer) => compress(whole, { level: LEVEL }),
): (whole: Buffer) => Promise<Buffer> {
  let last: { whole: Buffer; packed: Promise<Buffer> } | undefined;
  return (whole) => {
    if (last?.whole.equals(whole) !== true) last = { whole, packed: pack(whole) };
    return last.packed;
  };
}
