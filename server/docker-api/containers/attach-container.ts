import { parseDetachKeys } from '../detach-keys.ts';
import { badRequest } from '../docker-error.ts';
import { hijack } from '../hijack.ts';
import { joinStreams } from '../join-streams.ts';
import { flagOf } from '../query.ts';
import type { DockerCall } from '../route.ts';
import { callerOnly, callOptions } from './call-options.ts';

/** `POST /containers/{id}/attach`: the log so far, what comes from now on, or both. */
export async function attachContainer(call: DockerCall): Promise<void> {
  const { query, environment, id, signal } = call;
  const { config } = await environment.containers.inspect(id);
  const wants = { stdin: flagOf(query, 'stdin'), stdout: flagOf(query, 'stdout'), stderr: flagOf(query, 'stderr') };
  const [logs, live] = [flagOf(query, 'logs'), flagOf(query, 'stream')];
  if (!logs && !live) throw badRequest('Bad parameters: you must choose at least one of logs and stream', 'no_stream');
  const detachKeys = query.get('detachKeys') ?? '';
  parseDetachKeys(detachKeys);
  // Joined before the log is read: nothing written in between is lost.
  const stream = live ? await environment.containers.attach(id, callOptions(call)) : undefined;
  const connection = hijack(call, config);
  if (logs && config.log.driver !== 'none') {
    const { stdout, stderr } = wants;
    const asked = { ...callOptions(call), stdout, stderr, framed: !config.tty };
    for await (const bytes of await environment.containers.logBytes(id, asked)) await connection.write(bytes);
  }
  if (stream === undefined) return connection.end();
  const stdin = wants.stdin && config.openStdin;
  const left = await joinStreams(connection, stream, { ...wants, stdin, tty: config.tty, detachKeys, signal });
  if (left === 'detached') await environment.containers.tellDetached(id, undefined, callerOnly(call));
}
