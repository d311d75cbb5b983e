import { EngineError } from '#engine/errors/index.ts';
import type { StatsSample } from '#engine/stats/index.ts';
import { sendJson } from '../answer.ts';
import { toStats } from '../codec/stats.ts';
import { badRequest } from '../docker-error.ts';
import { flagOf } from '../query.ts';
import type { DockerCall } from '../route.ts';
import { watchSamples } from './watch-samples.ts';
import { writeAll } from './write-all.ts';

/** `GET /containers/{id}/stats`: the first sample at once, then one a second; a single one waits for something to compare with. */
export async function sendStats(call: DockerCall): Promise<void> {
  const { res, query, environment, id, signal, level } = call;
  const streams = flagOf(query, 'stream', true);
  const single = level >= 41 && flagOf(query, 'one-shot');
  if (streams && single) throw badRequest('cannot have stream=true and one-shot=true');
  const { name } = await environment.containers.inspect(id);
  const container = { id, name };
  const line = (sample: StatsSample | undefined, previous: StatsSample | undefined, named = true) =>
    toStats(container, sample, previous, { named, now: new Date() });
  if (single) return sendJson(res, 200, line(await sampleNow(environment.containers, id), undefined, false));
  const samples = watchSamples(environment, id, signal);
  let previous: StatsSample | undefined;
  if (!streams) {
    let count = 0;
    for await (const sample of samples) {
      count += 1;
      if (count > 1 || sample === undefined) return sendJson(res, 200, line(sample, previous));
      previous = sample;
    }
    return sendJson(res, 200, line(undefined, previous));
  }
  res.writeHead(200, { 'Content-Type': 'application/json' });
  for await (const sample of samples) {
    await writeAll(res, Buffer.from(`${JSON.stringify(line(sample, previous))}\n`));
    previous = sample;
  }
  res.end();
}

async function sampleNow(
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
