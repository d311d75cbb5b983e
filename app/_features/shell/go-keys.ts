/** Pages that `g` and then this key lead to; the message of `nav` that names each. */
export const GO_KEYS = [
  { key: 'h', name: 'home', href: '/' },
  { key: 'c', name: 'containers', href: '/containers' },
  { key: 'i', name: 'images', href: '/images' },
  { key: 'n', name: 'networks', href: '/networks' },
  { key: 'p', name: 'ports', href: '/networks/ports' },
  { key: 'v', name: 'volumes', href: '/volumes' },
  { key: 'a', name: 'operations', href: '/activity/operations' },
  { key: 'e', name: 'events', href: '/activity/events' },
  { key: 't', name: 'terminals', href: '/terminals', permission: 'container:exec' },
  { key: 'o', name: 'host', href: '/host', permission: 'host:view' },
  { key: 'u', name: 'users', href: '/admin/users', permission: 'user:manage' },
] as const satisfies readonly { key: string; name: string; href: string; permission?: string }[];

export const FOLD_KEY = '[';
export const HELP_KEY = '?';
