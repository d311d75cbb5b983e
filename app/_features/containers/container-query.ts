import type { ContainerSummary } from '../../_lib/trpc.ts';
import { chipKind } from './container-state.ts';

/** A condition of the filter: a field with its value, or plain text without a field. `not` turns it around. */
interface Term {
  field: 'text' | QueryField;
  value: string;
  not: boolean;
  /** As typed, to show and take away as one piece. */
  source: string;
}

const QUERY_FIELDS = ['state', 'health', 'label', 'port', 'net', 'vol', 'image', 'stack', 'name', 'id'] as const;
type QueryField = (typeof QUERY_FIELDS)[number];

type Queried = Pick<
  ContainerSummary,
  'id' | 'name' | 'image' | 'command' | 'state' | 'labels' | 'ports' | 'networks' | 'mounts'
>;

const STACK_LABEL = 'com.docker.compose.project';
// A word, in which quotes hold blanks together: nginx  label:team="web shop"  -state:running
const WORD = /(?:[^\s"]|"[^"]*"?)+/g;

/** The stack a container belongs to, as Compose labels it. */
export function stackOf(labels: Readonly<Record<string, string>>): string | undefined {
  return labels[STACK_LABEL];
}

/** The list of just the containers of a stack. */
export function stackHref(stack: string): string {
  return `/containers?q=${encodeURIComponent(`stack:${/\s/.test(stack) ? `"${stack}"` : stack}`)}`;
}

/** Reads `nginx state:running -label:env=prod port:8080`; a word whose field is not known is text, as in `nginx:1.27`. */
export function parseQuery(query: string): Term[] {
  return (query.match(WORD) ?? []).flatMap((source): Term[] => {
    const word = source.replaceAll('"', '').toLowerCase();
    const not = word.startsWith('-') && word.length > 1;
    const body = not ? word.slice(1) : word;
    const colon = body.indexOf(':');
    const field = QUERY_FIELDS.find((known) => known === body.slice(0, Math.max(colon, 0)));
    const value = field === undefined ? body : body.slice(colon + 1);
    // `state:` while its value is still being typed asks for nothing yet.
    return value === '' ? [] : [{ field: field ?? 'text', value, not, source }];
  });
}

/** Whether all terms hold. */
export function matchesQuery(container: Queried, terms: readonly Term[]): boolean {
  return terms.every((term) => MATCH[term.field](container, term.value) !== term.not);
}

const has = (text: string, value: string) => text.toLowerCase().includes(value);

const MATCH: Record<Term['field'], (container: Queried, value: string) => boolean> = {
  text: (container, value) =>
    has(container.name, value) ||
    has(container.image, value) ||
    has(container.command, value) ||
    container.id.startsWith(value),
  name: ({ name }, value) => has(name, value),
  id: ({ id }, value) => id.startsWith(value),
  image: ({ image }, value) => has(image, value),
  state: ({ state }, value) => state.status === value || chipKind(state) === value,
  health: ({ state }, value) => ('health' in state ? state.health?.status : undefined) === value,
  stack: ({ labels }, value) => stackOf(labels)?.toLowerCase() === value,
  label: ({ labels }, value) => {
    const equals = value.indexOf('=');
    return Object.entries(labels).some(([key, entry]) =>
      equals < 0
        ? key.toLowerCase() === value
        : key.toLowerCase() === value.slice(0, equals) && entry.toLowerCase() === value.slice(equals + 1),
    );
  },
  port: ({ ports }, value) =>
    ports.some((port) => String(port.hostPort) === value || String(port.containerPort) === value),
  net: ({ networks }, value) => networks.some(({ name }) => name.toLowerCase() === value),
  vol: ({ mounts }, value) =>
    mounts.some(
      (mount) =>
        mount.target.toLowerCase() === value || (mount.type === 'volume' && mount.name?.toLowerCase() === value),
    ),
};
