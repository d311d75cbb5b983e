import type { AttachStream } from '#engine/runtime/index.ts';
import { DetachDetector, parseDetachKeys } from './detach-keys.ts';
import type { HijackedConnection } from './hijack.ts';
import { toFrame } from './stdcopy.ts';

interface JoinOptions {
  tty: boolean;
  /** Whether a frame in front of each piece says of which output it is; as a rule when there is no terminal. */
  framed?: boolean;
  stdin: boolean;
  stdout: boolean;
  stderr: boolean;
  /** What the client calls its detach keys; empty for the usual ones. */
  detachKeys: string;
  signal: AbortSignal;
  /** Awaited between the last byte and the end of the connection. */
  beforeEnd?(): Promise<void>;
}

/** Connects a client with a process until one of them ends or the person leaves. Resolves when the output has ended. */
export async function joinStreams(
  connection: HijackedConnection,
  stream: AttachStream,
  opts: JoinOptions,
): Promise<'ended' | 'detached'> {
  const { framed = !opts.tty } = opts;
  const close = () => stream.close();
  opts.signal.addEventListener('abort', close, { once: true });
  if (opts.signal.aborted) close();
  let detached = false;
  const typing = opts.stdin
    ? sendInput(connection, stream, opts).then((left) => {
        if (!left) return;
        detached = true;
        stream.close();
      })
    : undefined;
  if (typing === undefined) connection.ignoreInput();
  // Seen below, once the output has ended; until then it must not count as nobody's.
  typing?.catch(() => undefined);
  try {
    for await (const { stream: name, data } of stream.output) {
      const wanted = opts.tty ? opts.stdout || opts.stderr : opts[name];
      if (wanted) await connection.write(framed ? toFrame(name, data) : data);
    }
    if (!detached && !opts.signal.aborted) await opts.beforeEnd?.();
  } finally {
    opts.signal.removeEventListener('abort', close);
    stream.close();
    connection.end();
  }
  return detached ? 'detached' : 'ended';
}

/** True when the person left by the detach keys; they are for terminals only. */
async function sendInput(connection: HijackedConnection, stream: AttachStream, opts: JoinOptions): Promise<boolean> {
  const detector = opts.tty ? new DetachDetector(parseDetachKeys(opts.detachKeys)) : undefined;
  for await (const chunk of connection.input) {
    const { data, detached } = detector?.push(chunk) ?? { data: chunk, detached: false };
    if (data.length > 0) await stream.writeStdin(data);
    if (detached) return true;
  }
  // Whether the process sees the end of its input is decided where it is held: by stdinOnce.
  if (!opts.tty) stream.closeStdin();
  return false;
}
