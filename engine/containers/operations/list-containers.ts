import { isEngineError } from '../../errors/index.ts';
import { deepFrozen, shortId, tryParseContainerId } from '../../lib/index.ts';
import type { BoundPort, EndpointRecord, NetworkRecord } from '../../networks/network-service.ts';
import type {
  ContainerAction,
  ContainerRecord,
  ContainerState,
  ContainerSummary,
  HealthState,
  ListFilter,
} from '../container-service.ts';
import type { Context } from '../context.ts';
import { isDefault } from '../links.ts';
import { statusWords } from '../status-words.ts';
import { allowedActions } from '../transitions.ts';

/** Newest first; without `all` or a status only those that run. */
export async function listContainers(ctx: Context, filter: ListFilter = {}): Promise<ContainerSummary[]> {
  const records = (await candidates(ctx, filter)).filter(
    (record) => record.phase === 'ready' && matches(record, filter),
  );
  const attachmentsOf = attachmentsIn(await ctx.networks.list());
  const chosen = filter.ancestor === undefined ? records : await ofAncestors(ctx, records, filter.ancestor);
  chosen.sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : -1));
  return chosen.map(await summariser(ctx, chosen, attachmentsOf));
}

/** Who asks for a few does not have all read. */
async function candidates(ctx: Context, { ids }: ListFilter): Promise<ContainerRecord[]> {
  if (ids === undefined) return await ctx.store.list();
  const wanted = [...new Set(ids)].flatMap((id) => tryParseContainerId(id) ?? []);
  const found = await Promise.all(wanted.map((id) => ctx.store.get(id)));
  return found.filter((record) => record !== undefined);
}

/** The pure part of the filter. Several values of one key are alternatives, but labels must all be there. */
function matches(record: ContainerRecord, filter: ListFilter): boolean {
  const { status } = record.state;
  if (filter.status !== undefined && filter.status.length > 0) {
    if (!filter.status.includes(status)) return false;
  } else if (filter.all !== true && status !== 'running' && status !== 'paused' && status !== 'restarting') {
    return false;
  }
  if (filter.health !== undefined && filter.health.length > 0) {
    if (!filter.health.includes(healthOf(record.state) ?? 'none')) return false;
  }
  if (filter.name !== undefined && filter.name.length > 0) {
    const found = filter.name.some((name) => record.name.includes(name.replace(/^\^?\/?|\$$/g, '')));
    if (!found) return false;
  }
  return (filter.label ?? []).every((label) => {
    const equals = label.indexOf('=');
    if (equals === -1) return label in record.config.labels;
    return record.config.labels[label.slice(0, equals)] === label.slice(equals + 1);
  });
}

function healthOf(state: ContainerState): HealthState['status'] | undefined {
  return state.status === 'running' || state.status === 'paused' ? state.health?.status : undefined;
}

async function ofAncestors(
  ctx: Context,
  records: readonly ContainerRecord[],
  ancestors: readonly string[],
): Promise<ContainerRecord[]> {
  const ids = new Set(await Promise.all(ancestors.map((name) => imageIdOf(ctx, name))));
  return records.filter((record) => ids.has(record.imageId) || ancestors.includes(record.config.image));
}

async function imageIdOf(ctx: Context, name: string): Promise<string | undefined> {
  try {
    return (await ctx.images.resolve(name)).id;
  } catch (error) {
    // A tag that moved on or was removed; the caller shows the id instead.
    if (isEngineError(error, 'not_found') || isEngineError(error, 'invalid_argument')) return undefined;
    throw error;
  }
}

type Attachment = Awaited<ReturnType<Context['networks']['attachmentsOf']>>[number];

function attachmentsIn(
  networks: readonly (NetworkRecord & { endpoints: EndpointRecord[] })[],
): (record: ContainerRecord) => Attachment[] {
  const found = new Map<string, Attachment[]>();
  for (const network of networks) {
    for (const endpoint of network.endpoints) {
      const known = found.get(endpoint.containerId);
      if (known === undefined) found.set(endpoint.containerId, [{ network, endpoint }]);
      else known.push({ network, endpoint });
    }
  }
  return ({ id }) => found.get(id) ?? [];
}

/** What nobody should ask for while it is being stopped; killing it is how one need not wait. */
const CROSSES: ReadonlySet<ContainerAction> = new Set(['start', 'stop', 'restart', 'pause', 'unpause']);

const offered = new Map<string, readonly ContainerAction[]>();

function offeredActions(status: ContainerState['status'], isEnding: boolean): readonly ContainerAction[] {
  const key = `${status} ${isEnding}`;
  let actions = offered.get(key);
  if (actions === undefined) {
    actions = allowedActions(status).filter((action) => !isEnding || !CROSSES.has(action));
    offered.set(key, actions);
  }
  return actions;
}

/** What is said of a container beside its record. */
interface Surroundings {
  image: string;
  status: string;
  ending: 'stop' | 'restart' | undefined;
  killAt: Date | undefined;
  attachments: readonly Attachment[];
}

/** By record, where lists share it: after each change it is another one. */
const made = new WeakMap<ContainerRecord, { of: Surroundings; summary: ContainerSummary }>();

/** One for all who ask, until something of it changes: then it is frozen. */
function summaryOf(record: ContainerRecord, now: Surroundings): ContainerSummary {
  if (!Object.isFrozen(record)) return toSummary(record, now);
  const known = made.get(record);
  if (known !== undefined && isSame(known.of, now)) return known.summary;
  const summary = deepFrozen(toSummary(record, now));
  made.set(record, { of: now, summary });
  return summary;
}

function isSame({ attachments, ...a }: Surroundings, b: Surroundings): boolean {
  if (a.image !== b.image || a.status !== b.status || a.ending !== b.ending || a.killAt !== b.killAt) return false;
  if (attachments.length !== b.attachments.length) return false;
  return attachments.every(({ network, endpoint }, at) => {
    const other = b.attachments[at];
    return Object.isFrozen(endpoint) && endpoint === other?.endpoint && network.name === other.network.name;
  });
}

/** Makes summaries of these, with one look at each image. */
export async function summariser(
  ctx: Context,
  records: readonly ContainerRecord[],
  attachmentsOf: (record: ContainerRecord) => readonly Attachment[],
): Promise<(record: ContainerRecord) => ContainerSummary> {
  const references = [...new Set(records.map(({ config }) => config.image))];
  const imageIds = new Map(
    await Promise.all(references.map(async (reference) => [reference, await imageIdOf(ctx, reference)] as const)),
  );
  const now = ctx.clock();
  return (record) => {
    const { ending, killAt } = ctx.tasks.get(record.id) ?? {};
    const { image } = record.config;
    return summaryOf(record, {
      image: imageIds.get(image) === record.imageId ? image : shortId(record.imageId),
      status: statusWords(record.state, now),
      ending,
      killAt,
      attachments: attachmentsOf(record),
    });
  };
}

function toSummary(
  record: ContainerRecord,
  { image, status, ending, killAt, attachments }: Surroundings,
): ContainerSummary {
  const { config } = record;
  return {
    id: record.id,
    name: record.name,
    image,
    imageId: record.imageId,
    command: record.process.args.join(' '),
    args: record.process.args,
    networkMode: config.network,
    ...(isDefault(config.network) && config.links !== undefined ? { links: config.links } : {}),
    createdAt: record.createdAt,
    createdBy: record.createdBy,
    state: record.state,
    status,
    health: healthOf(record.state),
    ...endpointsOf(attachments),
    exposedPorts: [...config.exposedPorts],
    mounts: record.mounts,
    labels: { ...config.labels },
    restartCount: record.restartCount,
    memoryLimitBytes: config.resources.memoryBytes,
    ...(ending === undefined ? {} : { ending }),
    ...(killAt === undefined ? {} : { killAt }),
    allowedActions: offeredActions(record.state.status, ending !== undefined),
  };
}

function endpointsOf(attachments: readonly Attachment[]): {
  ports: BoundPort[];
  networks: { name: string; address: string }[];
} {
  const ready = attachments.filter(({ endpoint }) => endpoint.state === 'ready');
  return {
    ports: ready.flatMap(({ endpoint }) => endpoint.ports),
    networks: ready.map(({ network, endpoint }) => ({ name: network.name, address: endpoint.address })),
  };
}
