import type { ContainerSummary } from '#engine/containers/index.ts';
import { EngineError } from '#engine/errors/index.ts';
import { sendJson } from '../answer.ts';
import { toContainerRow } from '../codec/container-list.ts';
import { type Filters, parseFilters } from '../filters.ts';
import { flagOf, integerOf } from '../query.ts';
import type { DockerCall } from '../route.ts';
import { readAttachments, readVolumePaths } from './container-facts.ts';
import { CONTAINER_FILTERS, toContainerTest } from './container-filter.ts';

interface ListRequest {
  all?: boolean;
  size?: boolean;
  limit?: number | undefined;
  filters?: Filters;
}

/** `GET /containers/json`. */
export async function sendContainers(call: DockerCall): Promise<void> {
  const { res, query } = call;
  const rows = await listContainersFor(call, {
    all: flagOf(query, 'all'),
    size: flagOf(query, 'size'),
    limit: integerOf(query, 'limit'),
    filters: parseFilters(query, CONTAINER_FILTERS),
  });
  sendJson(res, 200, rows);
}

const RUNNING = new Set(['running', 'paused', 'restarting']);

/** Newest first. Stopped ones are there with `all`, and when a limit or a filter says that they are meant. */
export async function listContainersFor(
  { environment }: Pick<DockerCall, 'environment'>,
  { all = false, size = false, limit = 0, filters = new Map() }: ListRequest,
) {
  const { containers } = environment;
  const ancestors = filters.get('ancestor') ?? [];
  const everything = await containers.list({ all: true, ...(ancestors.length === 0 ? {} : { ancestor: ancestors }) });
  const attachments = await readAttachments(environment);
  const stoppedToo = all || limit > 0 || ['since', 'before', 'status', 'exited'].some((key) => filters.has(key));
  const fits = toContainerTest(filters);
  const within = await betweenOthers(everything, filters, environment);
  const chosen = everything.filter(
    (container) =>
      (stoppedToo || RUNNING.has(container.state.status)) &&
      within(container) &&
      fits(container, attachments.get(container.id) ?? []),
  );
  const linkNames = linkNamesIn(everything);
  const shown = limit > 0 ? chosen.slice(0, limit) : chosen;
  const volumes = await readVolumePaths(
    environment,
    shown.flatMap(({ mounts }) => mounts),
  );
  const imageBytes = size
    ? new Map((await environment.images.list()).map(({ id, sizeBytes }) => [String(id), sizeBytes]))
    : undefined;
  const rows = await Promise.all(
    shown.map(async (container) => {
      const below = imageBytes?.get(container.imageId) ?? 0;
      const writable = size ? await sizeOf(containers, container.id) : 0;
      return toContainerRow(container, {
        attachments: attachments.get(container.id) ?? [],
        volumes,
        linkNames: linkNames.get(container.id) ?? [],
        ...(size ? { size: { writable, root: writable + below } } : {}),
      });
    }),
  );
  return rows;
}

/** `/web/db` for the container that web calls db, by its id. */
function linkNamesIn(containers: readonly ContainerSummary[]): ReadonlyMap<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { name, links = [] } of containers) {
    for (const link of links) {
      const [id = '', alias = ''] = link.split(':');
      found.set(id, [...(found.get(id) ?? []), `/${name}/${alias}`]);
    }
  }
  return found;
}

async function sizeOf(containers: DockerCall['environment']['containers'], id: string): Promise<number> {
  try {
    return await containers.writableBytes(id);
  } catch (error) {
    // Removed between the list and the look.
    if (error instanceof EngineError && error.code === 'not_found') return 0;
    throw error;
  }
}

/** `before` and `since` name containers: those made earlier or later than these are meant. */
async function betweenOthers(
  everything: readonly ContainerSummary[],
  filters: Filters,
  environment: DockerCall['environment'],
): Promise<(container: ContainerSummary) => boolean> {
  const placeOf = async (ref: string): Promise<number> => {
    const { id } = await environment.containers.inspect(ref);
    return everything.findIndex((container) => container.id === id);
  };
  const before = await Promise.all((filters.get('before') ?? []).map(placeOf));
  const since = await Promise.all((filters.get('since') ?? []).map(placeOf));
  if (before.length + since.length === 0) return () => true;
  const places = new Map(everything.map(({ id }, place) => [id, place]));
  return ({ id }) => {
    const place = places.get(id) ?? 0;
    return before.every((other) => place > other) && since.every((other) => place < other);
  };
}
