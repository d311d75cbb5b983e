import type { ContainerSummary } from '../../_lib/trpc.ts';
import { matchesFilter, type StateFilter } from './container-state.ts';

export type SortKey = 'name' | 'image' | 'state' | 'created';

/** `web2` before `web10`. */
const natural = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

const COMPARE: Record<SortKey, (a: ContainerSummary, b: ContainerSummary) => number> = {
  name: (a, b) => natural.compare(a.name, b.name),
  image: (a, b) => natural.compare(a.image, b.image),
  state: (a, b) => a.state.status.localeCompare(b.state.status),
  created: (a, b) => a.createdAt.getTime() - b.createdAt.getTime(),
};

export function orderContainers(
  containers: readonly ContainerSummary[],
  { key, descending }: { key: SortKey; descending: boolean },
): ContainerSummary[] {
  const sign = descending ? -1 : 1;
  return [...containers].sort((a, b) => sign * COMPARE[key](a, b) || COMPARE.name(a, b));
}

/** Words separated by blanks must all match; `state:`, `label:`, `port:`, `net:`, `image:` name a field. */
export function filterContainers(
  containers: readonly ContainerSummary[],
  { query, state }: { query: string; state: StateFilter },
): ContainerSummary[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return containers.filter(
    (container) => matchesFilter(container.state, state) && words.every((word) => matchesWord(container, word)),
  );
}

function matchesWord(container: ContainerSummary, word: string): boolean {
  const colon = word.indexOf(':');
  const value = word.slice(colon + 1);
  switch (colon < 0 ? '' : word.slice(0, colon)) {
    case 'state':
      return container.state.status === value;
    case 'label':
      return Object.entries(container.labels).some(([key, entry]) => `${key}=${entry}`.toLowerCase().startsWith(value));
    case 'port':
      return container.ports.some((port) => String(port.hostPort) === value || String(port.containerPort) === value);
    case 'net':
      return container.networks.some((network) => network.name.toLowerCase() === value);
    case 'image':
      return container.image.toLowerCase().includes(value);
    default:
      return [container.name, container.image, container.id].some((text) => text.toLowerCase().includes(word));
  }
}
