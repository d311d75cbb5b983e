import {
  Activity,
  Container,
  Database,
  EthernetPort,
  House,
  type IconNode,
  Layers,
  Network,
  Server,
  SquareTerminal,
  Users,
} from 'lucide';

export interface NavItem {
  key:
    | 'home'
    | 'containers'
    | 'terminals'
    | 'images'
    | 'networks'
    | 'ports'
    | 'volumes'
    | 'host'
    | 'activity'
    | 'users';
  href: string;
  icon: IconNode;
  /** Without it the item is absent. */
  permission?: string;
  /** Phones find it under More. */
  wideOnly?: boolean;
}

export const NAV_GROUPS: readonly {
  key: 'run' | 'build' | 'infrastructure' | 'operate' | 'admin';
  items: readonly NavItem[];
}[] = [
  {
    key: 'run',
    items: [
      { key: 'home', href: '/', icon: House },
      { key: 'containers', href: '/containers', icon: Container },
      { key: 'terminals', href: '/terminals', icon: SquareTerminal, permission: 'container:exec', wideOnly: true },
    ],
  },
  { key: 'build', items: [{ key: 'images', href: '/images', icon: Layers }] },
  {
    key: 'infrastructure',
    items: [
      { key: 'networks', href: '/networks', icon: Network, permission: 'network:view', wideOnly: true },
      { key: 'ports', href: '/networks/ports', icon: EthernetPort, permission: 'network:view', wideOnly: true },
      { key: 'volumes', href: '/volumes', icon: Database, permission: 'volume:view', wideOnly: true },
      { key: 'host', href: '/host', icon: Server, permission: 'host:view', wideOnly: true },
    ],
  },
  { key: 'operate', items: [{ key: 'activity', href: '/activity/operations', icon: Activity }] },
  {
    key: 'admin',
    items: [{ key: 'users', href: '/admin/users', icon: Users, permission: 'user:manage', wideOnly: true }],
  },
];

/** Whether a path belongs to an item: `/activity/events` to Activity, only `/` itself to Home. */
export function isCurrent(item: NavItem, pathname: string): boolean {
  if (item.href === '/') return pathname === '/';
  const ofPorts = pathname === '/networks/ports';
  if (item.key === 'ports' || ofPorts) return item.key === 'ports' && ofPorts;
  const section = `/${item.href.split('/')[1] ?? ''}`;
  return pathname === section || pathname.startsWith(`${section}/`);
}
