import { PERMISSIONS, type Permission } from '#server/access/index.ts';

/** Data on every message a client may send: who may, and under which name it is written down (null for what only reads). */
interface ChannelMeta {
  permission: Permission;
  audit: string | null;
}

const ENTER = { permission: 'container:exec', audit: null } as const;

/** Namespace → message → its gates. A message without a line here has no handler. */
const CHANNELS = {
  '/': { 'events:resume': { permission: 'event:view', audit: null } },
  '/logs': {
    follow: { permission: 'container:logs', audit: null },
    page: { permission: 'container:logs', audit: null },
  },
  '/stats': {
    watch: { permission: 'container:stats', audit: null },
    watch_host: { permission: 'host:view', audit: null },
  },
  '/terminal': {
    create: { permission: 'container:exec', audit: 'container.exec' },
    attach: { permission: 'container:exec', audit: 'container.exec_attach' },
    host: { permission: 'host:terminal', audit: 'host.terminal' },
    host_attach: { permission: 'host:terminal', audit: 'host.terminal_attach' },
    // These act on the terminal that was opened in this socket, and go with it.
    input: ENTER,
    resize: ENTER,
    end: ENTER,
  },
} as const satisfies Record<string, Record<string, ChannelMeta>>;

type Names<N extends keyof typeof CHANNELS> = N extends unknown
  ? `${N} ${Extract<keyof (typeof CHANNELS)[N], string>}`
  : never;

/** `namespace message` */
export type ChannelName = Names<keyof typeof CHANNELS>;

export const NAMESPACES = Object.keys(CHANNELS) as (keyof typeof CHANNELS)[];

/** Every channel with its gates, in one list. */
export function listChannels(
  table: Record<string, Record<string, ChannelMeta>> = CHANNELS,
): { namespace: string; message: string; meta: ChannelMeta }[] {
  return Object.entries(table).flatMap(([namespace, messages]) =>
    Object.entries(messages).map(([message, meta]) => ({ namespace, message, meta })),
  );
}

/** @throws Error for a channel without a known permission or an audit name (null says that it only reads) */
export function assertChannelsGuarded(table: Record<string, Record<string, ChannelMeta>> = CHANNELS): void {
  for (const { namespace, message, meta } of listChannels(table)) {
    const known = PERMISSIONS.some((permission) => permission === meta.permission);
    if (!known) throw new Error(`Channel ${namespace} ${message} has no permission`);
    if (meta.audit !== null && !meta.audit) throw new Error(`Channel ${namespace} ${message} has no audit name`);
  }
}

export function metaOf(name: ChannelName): ChannelMeta {
  const found = listChannels().find(({ namespace, message }) => `${namespace} ${message}` === name);
  if (found === undefined) throw new Error(`There is no channel ${name}`);
  return found.meta;
}
