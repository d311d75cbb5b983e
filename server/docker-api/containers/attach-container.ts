import type { ContainerConfig } from '#engine/containers/index.ts';
import { parseDetachKeys } from '../detach-keys.ts';
import { type HijackedConnection, hijack } from '../hijack.ts';
import { joinStreams } from '../join-streams.ts';
import { flagOf } from '../query.ts';
import type { DockerCall } from '../route.ts';
import { callerOnly, callOptions } from './call-options.ts';

/** What a client wants of a container it attaches to. */
export interface AttachWishes {
  stdin: boolean;
  stdout: boolean;
  stderr: boolean;
  /** The log so far. */
  logs: boolean;
  /** What comes from now on. */
  live: boolean;
  detachKeys: string;
}

/** Who wants neither log nor stream gets the head of the answer and its end, as from dockerd. */
export function wishesOf(query: URLSearchParams): AttachWishes {
  const [logs, live] = [flagOf(query, 'logs'), flagOf(query, 'stream')];
  const [stdin, stdout, stderr] = [flagOf(query, 'stdin'), flagOf(query, 'stdout'), flagOf(query, 'stderr')];
  return { stdin, stdout, stderr, logs, live, detachKeys: query.get('detachKeys') ?? '' };
}

/** `POST /containers/{id}/attach`: the log so far, what comes from now on, or both. */
export async function attachContainer(call: DockerCall): Promise<void> {
  const { config } = await call.environment.containers.inspect(call.id);
  const wishes = wishesOf(call.query);
  parseDetachKeys(wishes.detachKeys);
  await attachTo(call, config, { ...wishes, framed: !config.tty }, async () => hijack(call, config));
}

/** @param opts.framed whether the two outputs are told apart, by the frames in front of their pieces */
export async function attachTo(
  call: DockerCall,
  config: ContainerConfig,
  opts: AttachWishes & { framed: boolean },
  connect: () => Promise<HijackedConnection>,
): Promise<void> {
  const { environment, id, signal } = call;
  const { stdout, stderr, detachKeys } = opts;
  // Joined before the log is read: nothing written in between is lost.
  const joins = opts.live && (opts.stdin || stdout || stderr);
  const stream = joins ? await environment.containers.attach(id, callOptions(call)) : undefined;
  const connection = await connect();
  if (opts.logs && config.log.driver !== 'none') {
    const asked = { ...callOptions(call), stdout, stderr, framed: opts.framed };
    for await (const bytes of await environment.containers.logBytes(id, asked)) await connection.write(bytes);
  }
  if (stream === undefined) return connection.end();
  const stdin = opts.stdin && config.openStdin;
  const { tty } = config;
  const left = await joinStreams(connection, stream, {
    ...{ stdin, stdout, stderr, tty, detachKeys, signal },
    framed: opts.framed,
  });
  if (left === 'detached') await environment.containers.tellDetached(id, undefined, callerOnly(call));
}
