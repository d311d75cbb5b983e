import { setTimeout as delay } from 'node:timers/promises';
import { EngineError } from '#engine/errors/index.ts';
import type { StatsSample } from '#engine/runtime/index.ts';
import { sendJson } from '../answer.ts';
import { toStats } from '../codec/stats.ts';
import { flagOf } from '../query.ts';
import type { DockerCall } from '../route.ts';
import { writeAll } from './write-all.ts';

const PERIOD_MS = 1_000;

/** `GET /containers/{id}/stats`: the first sample at once, then one a second; a single one waits for something to compare with. */
export async function sendStats(call: DockerCall): Promise<void> {
  const { res, query, environment, id, signal } = call;
  const { name } = await environment.containers.inspect(id);
  const container = { id, name };
  const read = () => sampleOf(environment.containers, id);
  if (!flagOf(query, 'stream', true)) {
    const single = flagOf(query, 'one-shot');
    const first = single ? undefined : await read();
    if (!single) await pause(signal);
    const sample = await read();
    return sendJson(res, 200, toStats(container, sample, first, { named: !single, now: new Date() }));
  }
  res.writeHead(200, { 'Content-Type': 'application/json' });
  let previous: StatsSample | undefined;
  while (!signal.aborted) {
    const sample = await sampleIfThere(read);
    if (sample === 'gone') break;
    const line = toStats(container, sample, previous, { named: true, now: new Date() });
    await writeAll(res, Buffer.from(`${JSON.stringify(line)}\n`));
    previous = sample;
    await pause(signal);
  }
  res.end();
}

async function sampleOf(
  containers: DockerCall['environment']['containers'],
  id: string,
): Promise<StatsSample | undefined> {
  try {
    return await containers.stats(id, { detail: true });
  } catch (error) {
    // One that does not run has no figures.
    if (error instanceof EngineError && error.code === 'conflict') return undefined;
    throw error;
  }
}

async function sampleIfThere(read: () => Promise<StatsSample | undefined>): Promise<StatsSample | undefined | 'gone'> {
  try {
    return await read();
  } catch (error) {
    // Removed while somebody watched: the stream ends.
    if (error instanceof EngineError && error.code === 'not_found') return 'gone';
    throw error;
  }
}

async function pause(signal: AbortSignal): Promise<void> {
  try {
    await delay(PERIOD_MS, undefined, { signal });
  } catch (error) {
    // The client has left; the loop looks at its signal.
    if (!signal.aborted) throw error;
  }
}
