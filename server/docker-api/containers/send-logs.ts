import { logDetails } from '#engine/containers/index.ts';
import { redact } from '#server/access/index.ts';
import { badRequest } from '../docker-error.ts';
import { flagOf, momentOf } from '../query.ts';
import type { DockerCall } from '../route.ts';
import { MULTIPLEXED, RAW } from '../stdcopy.ts';
import { callOptions } from './call-options.ts';
import { writeAll } from './write-all.ts';

/** `GET /containers/{id}/logs`: with frames unless a terminal wrote it; details without values that are not for these eyes. */
export async function sendLogs(call: DockerCall): Promise<void> {
  const { res, query, environment, actor, id, level, signal } = call;
  const [stdout, stderr] = [flagOf(query, 'stdout'), flagOf(query, 'stderr')];
  if (!stdout && !stderr) throw badRequest('Bad parameters: you must choose at least one stream', 'no_stream');
  const detail = redact(actor, await environment.containers.inspect(id));
  const { config } = detail;
  const since = momentOf(query, 'since');
  const until = momentOf(query, 'until');
  const tail = tailOf(query.get('tail'));
  const bytes = await environment.containers.logBytes(id, {
    ...callOptions(call),
    stdout: stdout || config.tty,
    stderr,
    follow: flagOf(query, 'follow'),
    framed: !config.tty,
    timestamps: flagOf(query, 'timestamps'),
    details: flagOf(query, 'details') ? logDetails(detail) : undefined,
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(tail === undefined ? {} : { tail }),
  });
  res.writeHead(200, { 'Content-Type': config.tty || level < 42 ? RAW : MULTIPLEXED });
  res.flushHeaders();
  for await (const part of bytes) {
    if (signal.aborted) return;
    await writeAll(res, part);
  }
  res.end();
}

/** Anything that is no number means all of it. */
function tailOf(text: string | null): number | undefined {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
