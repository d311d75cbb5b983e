import type { ContainerSummary, Status } from '#engine/containers/index.ts';
import type { Attachment } from '../codec/endpoint.ts';
import { badRequest } from '../docker-error.ts';
import { type Filters, flagFilter, labelsMatch } from '../filters.ts';
import { toNamePattern } from './name-pattern.ts';

/** The keys `GET /containers/json` knows. */
export const CONTAINER_FILTERS = [
  'ancestor',
  'before',
  'since',
  'exited',
  'health',
  'id',
  'is-task',
  'isolation',
  'label',
  'name',
  'network',
  'publish',
  'expose',
  'status',
  'volume',
] as const;

const STATUSES: readonly Status[] = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'];

type Test = (container: ContainerSummary, attachments: readonly Attachment[]) => boolean;

/**
 * A test for one container; `ancestor`, `before` and `since` need to look others up and are the caller's business.
 * @throws EngineError `invalid_argument` for a value that cannot be meant
 */
export function toContainerTest(filters: Filters): Test {
  const tests = [
    byStatus(filters),
    anyOf(filters, 'exited', toExitTest),
    anyOf(filters, 'health', toHealthTest),
    anyOf(
      filters,
      'id',
      (value) =>
        ({ id }) =>
          id.startsWith(value),
    ),
    anyOf(filters, 'name', (value) => {
      const pattern = toNamePattern(value);
      return ({ name }) => pattern.test(name) || pattern.test(`/${name}`);
    }),
    anyOf(filters, 'network', (value) => (container, attachments) => {
      if (container.networkMode === value) return true;
      return attachments.some(({ network }) => network.name === value || network.id.startsWith(value));
    }),
    anyOf(filters, 'publish', (value) => {
      const fits = toPortTest(value);
      return ({ ports }) => ports.some(({ hostPort, protocol }) => fits(hostPort, protocol));
    }),
    anyOf(filters, 'expose', (value) => {
      const fits = toPortTest(value);
      return ({ exposedPorts }) =>
        exposedPorts.some((port) => fits(Number(port.split('/')[0]), port.split('/')[1] ?? 'tcp'));
    }),
    anyOf(
      filters,
      'volume',
      (value) =>
        ({ mounts }) =>
          mounts.some(
            (mount) =>
              mount.target === value ||
              (mount.type === 'volume' && mount.name === value) ||
              (mount.type === 'bind' && mount.source === value),
          ),
    ),
    // There is no swarm here: no container is a task.
    flagFilter(filters, 'is-task') === true ? () => false : undefined,
    anyOf(filters, 'isolation', (value) => () => value === '' || value === 'default'),
    (container: ContainerSummary) => labelsMatch(filters, container.labels),
  ].filter((test) => test !== undefined);
  return (container, attachments) => tests.every((test) => test(container, attachments));
}

function anyOf(filters: Filters, key: string, toTest: (value: string) => Test): Test | undefined {
  const values = filters.get(key);
  if (values === undefined || values.length === 0) return undefined;
  const tests = values.map(toTest);
  return (container, attachments) => tests.some((test) => test(container, attachments));
}

function byStatus(filters: Filters): Test | undefined {
  for (const value of filters.get('status') ?? []) {
    if (STATUSES.some((status) => status === value)) continue;
    const words = `invalid value for state (${value}): must be one of ${STATUSES.join(', ')}`;
    throw badRequest(`invalid filter 'status=${value}': ${words}`, 'filter_invalid');
  }
  return anyOf(
    filters,
    'status',
    (value) =>
      ({ state }) =>
        state.status === value,
  );
}

function toExitTest(value: string): Test {
  if (!/^[+-]?\d{1,15}$/.test(value)) {
    const why = /^[+-]?\d+$/.test(value) ? 'value out of range' : 'invalid syntax';
    const words = `invalid filter 'exited=${value}': strconv.Atoi: parsing ${JSON.stringify(value)}: ${why}`;
    throw badRequest(words, 'filter_invalid');
  }
  const code = Number(value);
  return ({ state }) => (state.status === 'exited' || state.status === 'dead') && state.exitCode === code;
}

const HEALTHS = ['none', 'starting', 'healthy', 'unhealthy'];

function toHealthTest(value: string): Test {
  if (!HEALTHS.includes(value)) {
    const words = `invalid value for health (${value}): must be one of ${HEALTHS.join(', ')}`;
    throw badRequest(`invalid filter 'health=${value}': ${words}`, 'filter_invalid');
  }
  return ({ status }) => healthOf(status) === value;
}

function healthOf(status: string): string {
  const [, word] = /\((?:health: )?(healthy|unhealthy|starting)\)/.exec(status) ?? [];
  return word ?? 'none';
}

/** `80`, `80/udp`, `80-90/tcp`. */
function toPortTest(value: string): (port: number, protocol: string) => boolean {
  const [, first, last, wanted] = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(\w+))?$/.exec(value) ?? [];
  const [low, high] = [Number(first), Number(last ?? first)];
  if (first === undefined || high > 65_535) {
    throw badRequest(`invalid filter: invalid port specification: "${value}"`, 'filter_invalid');
  }
  const protocolWanted = (wanted ?? 'tcp').toLowerCase();
  return (port, protocol) => port >= low && port <= high && protocol === protocolWanted;
}
