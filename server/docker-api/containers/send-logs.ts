import type { LogLine } from '#engine/runtime/index.ts';
import { badRequest } from '../docker-error.ts';
import { flagOf, momentOf } from '../query.ts';
import type { DockerCall } from '../route.ts';
import { MULTIPLEXED, RAW, toFrame } from '../stdcopy.ts';
import { callOptions } from './call-options.ts';
import { writeAll } from './write-all.ts';

const PIECE = 16 * 1024;
const NEWLINE = Buffer.from('\n');

/** `GET /containers/{id}/logs`: with frames unless a terminal wrote it. */
export async function sendLogs(call: DockerCall): Promise<void> {
  const { res, query, environment, id, level, signal } = call;
  const [stdout, stderr] = [flagOf(query, 'stdout'), flagOf(query, 'stderr')];
  if (!stdout && !stderr) throw badRequest('Bad parameters: you must choose at least one stream', 'no_stream');
  const { config } = await environment.containers.inspect(id);
  const since = momentOf(query, 'since');
  const until = momentOf(query, 'until');
  const tail = tailOf(query.get('tail'));
  const batches = await environment.containers.logs(id, {
    ...callOptions(call),
    stdout: stdout || config.tty,
    stderr,
    follow: flagOf(query, 'follow'),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(tail === undefined ? {} : { tail }),
  });
  res.writeHead(200, { 'Content-Type': config.tty || level < 42 ? RAW : MULTIPLEXED });
  res.flushHeaders();
  const timestamps = flagOf(query, 'timestamps');
  for await (const lines of batches) {
    if (signal.aborted) return;
    const pieces = lines.flatMap((line) => toPieces(line, timestamps, config.tty));
    await writeAll(res, Buffer.concat(pieces));
  }
  res.end();
}

/** Anything that is no number means all of it. */
function tailOf(text: string | null): number | undefined {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** The lines as the client gets them; long ones in pieces. */
export function toPieces(line: LogLine, timestamps: boolean, tty: boolean): Buffer[] {
  const text = line.complete ? Buffer.concat([line.text, NEWLINE]) : line.text;
  const stamp = timestamps ? Buffer.from(`${line.time} `) : Buffer.alloc(0);
  const pieces: Buffer[] = [];
  for (let at = 0; at < text.length; at += PIECE) {
    const piece = Buffer.concat([stamp, text.subarray(at, at + PIECE)]);
    pieces.push(tty ? piece : toFrame(line.stream, piece));
  }
  return pieces;
}
