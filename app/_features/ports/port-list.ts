import type { PortList } from '../../_lib/trpc.ts';

type Published = PortList['published'][number];

/** A port of the host: of a container, or of another program. */
export interface PortRow extends Pick<Published, 'hostAddress' | 'hostPort' | 'protocol'> {
  id: string;
  /** Undefined for other programs. */
  published: Published | undefined;
}

/** In the order of how much somebody should look. */
export const PORT_STATES = ['conflict', 'silent', 'loopback', 'open', 'stopped', 'host'] as const;
export type PortState = (typeof PORT_STATES)[number];

type PortFilter = 'all' | 'published' | 'conflicts' | 'host';

/** Programs of the host are for those who may see them. */
export function filtersOf(ports: PortList | undefined): readonly ['all', ...PortFilter[]] {
  return ports?.others === undefined ? ['all', 'published', 'conflicts'] : ['all', 'published', 'conflicts', 'host'];
}

export function toRows({ published, others = [] }: PortList): PortRow[] {
  return [
    ...published.map((port) => {
      const { hostAddress, hostPort, protocol, container } = port;
      return {
        id: `${container.id} ${hostAddress}:${hostPort}/${protocol}`,
        hostAddress,
        hostPort,
        protocol,
        published: port,
      };
    }),
    ...others.map(({ address, port, protocol }) => ({
      id: `host ${address}:${port}/${protocol}`,
      hostAddress: address,
      hostPort: port,
      protocol,
      published: undefined,
    })),
  ];
}

export function stateOf({ published }: PortRow): PortState {
  if (published === undefined) return 'host';
  if (published.conflict !== undefined) return 'conflict';
  if (!published.open) return 'stopped';
  return published.listening === 'no' ? 'silent' : published.listening === 'loopback' ? 'loopback' : 'open';
}

export function matchesPort(row: PortRow, filter: PortFilter): boolean {
  if (filter === 'published') return row.published !== undefined;
  if (filter === 'conflicts') return stateOf(row) === 'conflict';
  return filter === 'all' || row.published === undefined;
}

/** Rows of the list: by number, address, protocol, container or stack; several words must all fit. */
export function filterPorts(rows: readonly PortRow[], opts: { query: string; filter: PortFilter }): PortRow[] {
  const words = opts.query.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => {
    const { hostAddress, hostPort, protocol, published } = row;
    const numbers = [String(hostPort), String(published?.containerPort ?? '')];
    const texts = [`${hostAddress}:${hostPort}`, protocol, published?.container.name ?? '', published?.stack ?? ''];
    return (
      matchesPort(row, opts.filter) &&
      words.every((word) =>
        word.startsWith('port:')
          ? numbers.includes(word.slice('port:'.length))
          : texts.some((text) => text.toLowerCase().includes(word)),
      )
    );
  });
}

export function isPortPiece(word: string): boolean {
  return /^port:\d+$/.test(word);
}

/** Whether the address means every one of the host, so that a browser elsewhere gets there. */
export function isEverywhere(address: string): boolean {
  return address === '' || address === '0.0.0.0' || address === '::';
}
