import { z } from 'zod';
import type { LogLine } from '#engine/runtime/index.ts';
import type { Services } from '../trpc/context.ts';
import { LineLimiter } from './line-limiter.ts';
import { containerTarget, serveChannel } from './serve-channel.ts';
import type { LiveNamespace, LiveSocket } from './sockets.ts';
import { WindowedSender } from './windowed-sender.ts';

const chosen = containerTarget.extend({
  since: z.coerce.date().optional(),
  until: z.coerce.date().optional(),
  stdout: z.boolean().default(true),
  stderr: z.boolean().default(true),
});
const followInput = chosen.extend({
  tail: z.number().int().min(0).max(10_000).default(500),
  follow: z.boolean().default(true),
});
const pageInput = chosen
  .extend({
    tail: z.number().int().min(1).max(5_000).default(2_000),
    before: z.string().min(1).max(64).optional(),
    from: z.coerce.date().optional(),
  })
  .refine(({ before, from }) => (before === undefined) !== (from === undefined), 'log_page_place');

/** Above this the client has not kept up; what comes meanwhile is counted and not sent. */
const BEHIND_BYTES = 384 * 1024;
const PAGE_BYTES = 4 * 1024 * 1024;
const TELL_SKIPPED_MS = 500;

/**
 * Namespace `/logs`, one log a socket: client `follow {…}`, server `lines seq, bytes, ack` (JSON lines `{time, stream, text,
 * cursor, complete}`, and `{skipped}` where lines were left out), `current` once what was written before is sent, `end`,
 * `failed`. A new `follow` replaces the old one.
 * Client `page {before, tail}` is answered with the lines before a cursor: `{lines, more}`; `page {from, tail}` with the first
 * lines that were written at a time or later.
 */
export function serveLogs(space: LiveNamespace, services: Services): void {
  space.on('connection', (socket: LiveSocket) => {
    let current = new AbortController();
    socket.on('disconnect', () => current.abort());
    serveChannel(
      socket,
      services,
      '/logs follow',
      followInput,
      async ({ environmentId, containerId, ...request }, gate) => {
        current.abort();
        current = new AbortController();
        const aborter = current;
        const { signal } = aborter;
        const { environment, detail } = await gate.open({ environmentId, containerId });
        using _kept = gate.keep({ environmentId, containerId: detail.id }, () => aborter.abort());
        using sender = new WindowedSender(socket, 'lines');
        signal.addEventListener('abort', () => sender[Symbol.dispose](), { once: true });
        const limiter = new LineLimiter();
        const tellSkipped = () => {
          const skipped = limiter.takeSkipped();
          // Few bytes: they need no room in the window.
          if (skipped > 0) void sender.push(Buffer.from(`${JSON.stringify({ skipped })}\n`));
        };
        const timer = setInterval(tellSkipped, TELL_SKIPPED_MS);
        using _timer = { [Symbol.dispose]: () => clearInterval(timer) };
        try {
          const isBehind = () => sender.outstandingBytes > BEHIND_BYTES;
          const room = {
            isOpen: () => limiter.isOpen(Date.now(), isBehind()),
            skip: (lines: number) => limiter.skip(lines),
          };
          // Without it nobody could tell a log in which nothing is from one that is slow to come.
          const onCurrent = () => {
            sender.flush();
            socket.emit('current');
          };
          const log = await environment.containers.logs(detail.id, { ...request, room, signal, onCurrent });
          for await (const batch of log) {
            if (signal.aborted) return;
            // What was left out came before these.
            tellSkipped();
            const admitted = limiter.admit(batch, Date.now(), isBehind());
            if (admitted.length > 0) await sender.push(encodeLines(admitted));
            if (admitted.length < batch.length) tellSkipped();
          }
        } catch (error) {
          // Replaced or left: nobody waits for it.
          if (signal.aborted) return;
          throw error;
        }
        if (signal.aborted) return;
        tellSkipped();
        sender.flush();
        socket.emit('end');
      },
    );
    serveChannel(socket, services, '/logs page', pageInput, async (input, gate, reply) => {
      const { environmentId, containerId, from, tail, ...request } = input;
      const { environment, detail } = await gate.open({ environmentId, containerId });
      if (from !== undefined) {
        const since = request.since === undefined || request.since < from ? from : request.since;
        const log = await environment.containers.logs(detail.id, { ...request, since, follow: false });
        const lines = await firstOf(log, tail);
        return reply({ lines: encodeLines(lines), more: lines.length === tail });
      }
      let lines: LogLine[] = [];
      for await (const batch of await environment.containers.logs(detail.id, { ...request, tail, follow: false })) {
        lines = newestWithin([...lines, ...batch], PAGE_BYTES);
      }
      reply({ lines: encodeLines(lines), more: lines.length > 0 });
    });
  });
}

/** So many lines or so many bytes, whichever is less; nothing more is read. */
async function firstOf(log: AsyncIterable<LogLine[]>, count: number): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  let bytes = 0;
  for await (const batch of log) {
    for (const line of batch) {
      bytes += line.text.length;
      if (lines.length === count || (bytes > PAGE_BYTES && lines.length > 0)) return lines;
      lines.push(line);
    }
  }
  return lines;
}

/** The last lines that fit, but always one. */
function newestWithin(lines: LogLine[], bytes: number): LogLine[] {
  let left = bytes;
  let from = lines.length;
  while (from > 0) {
    left -= lines[from - 1]?.text.length ?? 0;
    if (left < 0 && from < lines.length) break;
    from -= 1;
  }
  return from === 0 ? lines : lines.slice(from);
}

function encodeLines(batch: readonly LogLine[]): Buffer {
  return Buffer.from(batch.map((line) => `${JSON.stringify({ ...line, text: line.text.toString() })}\n`).join(''));
}
