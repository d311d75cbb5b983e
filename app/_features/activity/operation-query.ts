/** What an operation can be asked for by, beside words. */
const OBJECTS = ['container', 'image', 'network', 'volume'] as const;
type ObjectType = (typeof OBJECTS)[number];
type Field = 'kind' | 'actor' | ObjectType;

/** All that the server does as operations. */
export const KINDS = [
  'image.import',
  'image.load',
  'image.save',
  'image.prune',
  'container.commit',
  'container.export',
  'container.files-read',
  'container.files-write',
  ...(['start', 'stop', 'restart', 'kill', 'pause', 'unpause', 'remove'] as const).map(
    (verb) => `containers.${verb}` as const,
  ),
  'volume.backup',
  'volume.restore',
  'volume.clone',
  'volume.prune',
] as const;

export type OperationKind = (typeof KINDS)[number];

interface Asked {
  kinds?: OperationKind[];
  actorName?: string;
  object?: { type: ObjectType; key: string };
  words: { text: string; kinds: OperationKind[] }[];
}

// A word, in which quotes hold blanks together: nginx  actor:"Anna B"  container:web
const WORD = /(?:[^\s"]|"[^"]*"?)+/g;

/** Whether a word of the filter names a field. */
export function isOperationPiece(word: string): boolean {
  return fieldOf(word) !== undefined;
}

/**
 * Reads `web kind:image.load actor:anna container:db` as the server asks for it.
 *
 * @param labelOf what a kind is called on the page: words find that, too
 */
export function toOperationFilter(query: string, labelOf: (kind: OperationKind) => string): Asked {
  const asked: Asked = { words: [] };
  for (const source of query.match(WORD) ?? []) {
    const found = fieldOf(source);
    if (found === undefined) {
      const text = source.replaceAll('"', '');
      const lower = text.toLowerCase();
      const kinds = KINDS.filter((kind) => labelOf(kind).toLowerCase().includes(lower));
      if (text !== '') asked.words.push({ text, kinds });
    } else if (found.field === 'actor') asked.actorName = found.value;
    else if (found.field === 'kind') asked.kinds = KINDS.filter((kind) => kind === found.value);
    else asked.object = { type: found.field, key: found.value };
  }
  return asked;
}

/** The kind that is asked for, and the filter with another one in its place, or with none. */
export function kindOf(query: string): OperationKind | '' {
  return toOperationFilter(query, () => '').kinds?.[0] ?? '';
}

export function withKind(query: string, kind: string): string {
  const others = (query.match(WORD) ?? []).filter((word) => fieldOf(word)?.field !== 'kind');
  return [...(kind === '' ? [] : [`kind:${kind}`]), ...others].join(' ');
}

/** The operations of an object, or of a person. */
export function operationsHref(field: Exclude<Field, 'kind'>, value: string): string {
  const word = `${field}:${/\s/.test(value) ? `"${value}"` : value}`;
  return `/activity/operations?q=${encodeURIComponent(word)}`;
}

/** `field:` while its value is still being typed is none yet. */
function fieldOf(word: string): { field: Field; value: string } | undefined {
  const plain = word.replaceAll('"', '');
  const colon = plain.indexOf(':');
  const field = (['kind', 'actor', ...OBJECTS] as const).find((known) => known === plain.slice(0, Math.max(0, colon)));
  const value = plain.slice(colon + 1);
  return field === undefined || value === '' ? undefined : { field, value };
}
