import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { EngineError } from '#engine/errors/index.ts';

export const ID = `sha256:${'ab'.repeat(32)}`;
export const OTHER = `sha256:${'cd'.repeat(32)}`;

export function summary(id: string, references: string[], more: object = {}) {
  return {
    id,
    references,
    repoDigests: [],
    createdAt: new Date('2026-01-01T00:00:00Z'),
    sizeBytes: 10,
    uniqueBytes: 10,
    usedBy: [],
    labels: {},
    children: [],
    ancestors: [],
    platform: { os: 'linux', architecture: 'amd64' },
    ...more,
  };
}

export const APP = summary(ID, ['app:1', 'team/app:2'], { labels: { k: 'v' } });
export const NAMELESS = summary(OTHER, [], { createdAt: new Date('2026-01-02T00:00:00Z') });

/** Two images, and a record of what was asked. */
export function imagesOf(asked: unknown[] = [], more: object = {}) {
  const inspect = async (name: string) => {
    const found = [APP, NAMELESS].find(({ id, references }) => id === name || references.includes(name));
    if (found === undefined) {
      throw new EngineError('not_found', `No such image: ${name}:latest`, { reason: 'image_not_found' });
    }
    return { ...found, config: {}, history: [], layers: [], lastTaggedAt: undefined };
  };
  return { images: { inspect, list: async () => [NAMELESS, APP], ...recorder(asked), ...more } };
}

function recorder(asked: unknown[]) {
  return {
    import: async ({
      source,
      ...rest
    }: {
      source: Readable;
      reference: string;
      changes: string[];
      message: string;
    }) => {
      asked.push([await text(source), rest.reference, rest.changes, rest.message]);
      return { id: ID };
    },
    tag: async (name: string, reference: string) => void asked.push([name, reference]),
    remove: async (name: string, { takesParent, ...opts }: { takesParent?: unknown }) => {
      asked.push([name, { ...opts, takesParent: typeof takesParent }]);
      return [{ untagged: 'app:1' }, { deleted: ID }];
    },
    save: async (names: string[]) => {
      asked.push(names);
      return { stream: Readable.from([Buffer.from('a tar')]), sizeBytes: 5 };
    },
  };
}
