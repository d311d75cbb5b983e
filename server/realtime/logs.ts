import { z } from 'zod';
import type { LogLine } from '#engine/runtime/index.ts';
import type { Services } from '../trpc/context.ts';
import { containerTarget, serveChannel } from './serve-channel.ts';
import type { LiveNamespace, LiveSocket } from './sockets.ts';

import { WindowedSender } from './windowed-sender.ts';

const followInput = containerTarget.extend({
  tail: z.number().int().min(0).max(100_000).default(500),
  since: z.coerce.date().optional(),
  until: z.coerce.date().optional(),
  before: z.string().max(64).optional(),
  follow: z.boolean().default(true),
  stdout: z.boolean().default(true),
  stderr: z.boolean().default(true),
});

/**
 * Namespace `/logs`, one log a socket: client `follow {…}`, server `lines seq, bytes, ack` (JSON lines `{time, stream, text,
 * cursor, complete}`), `end`, `failed`. A new `follow` replaces the old one.
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
        try {
          for await (const batch of await environment.containers.logs(detail.id, { ...request, signal })) {
            await sender.push(encodeLines(batch));
            if (signal.aborted) return;
          }
        } catch (error) {
          // Replaced or left: nobody waits for it.
          if (signal.aborted) return;
          throw error;
        }
        sender.flush();
        socket.emit('end');
      },
    );
  });
}

function encodeLines(batch: readonly LogLine[]): Buffer {
  return Buffer.from(batch.map((line) => `${JSON.stringify({ ...line, text: line.text.toString() })}\n`).join(''));
}
