import { EngineError } from '#engine/errors/index.ts';
import { sendJson } from '../answer.ts';
import { labelsMatch, parseFilters, untilFilter } from '../filters.ts';
import type { DockerCall } from '../route.ts';
import { callerOnly } from './call-options.ts';

/** `POST /containers/prune`: everything that does not run. */
export async function pruneContainers(call: DockerCall): Promise<void> {
  const { res, query, environment } = call;
  const filters = parseFilters(query, ['label', 'label!', 'until']);
  const until = untilFilter(filters);
  const { containers } = environment;
  const stopped = await containers.list({ status: ['created', 'exited', 'dead'] });
  const deleted: string[] = [];
  let bytes = 0;
  for (const { id, labels, createdAt } of stopped) {
    if (!labelsMatch(filters, labels) || (until !== undefined && createdAt > until)) continue;
    try {
      const size = await containers.writableBytes(id);
      await containers.remove(id, callerOnly(call));
      deleted.push(id);
      bytes += size;
    } catch (error) {
      // Started or removed by somebody else since the list was made.
      if (!(error instanceof EngineError) || !['not_found', 'conflict'].includes(error.code)) throw error;
    }
  }
  sendJson(res, 200, { ContainersDeleted: deleted.length === 0 ? null : deleted, SpaceReclaimed: bytes });
}
