import { Activity, Container, House, Layers, type LucideIcon } from 'lucide-react';

export interface NavItem {
  key: 'home' | 'containers' | 'images' | 'activity';
  href: string;
  icon: LucideIcon;
}

export const NAV_GROUPS: readonly { key: 'run' | 'build' | 'operate'; items: readonly NavItem[] }[] = [
  {
    key: 'run',
    items: [
      { key: 'home', href: '/', icon: House },
      { key: 'containers', href: '/containers', icon: Container },
    ],
  },
  { key: 'build', items: [{ key: 'images', href: '/images', icon: Layers }] },
  { key: 'operate', items: [{ key: 'activity', href: '/activity/operations', icon: Activity }] },
];

/** Whether a path belongs to an item: `/activity/events` to Activity, only `/` itself to Home. */
export function isCurrent(item: NavItem, pathname: string): boolean {
  if (item.href === '/') return pathname === '/';
  const section = `/${item.href.split('/')[1] ?? ''}`;
  return pathname === section || pathname.startsWith(`${section}/`);
}
