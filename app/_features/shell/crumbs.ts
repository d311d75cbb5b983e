const SECTIONS = [
  'containers',
  'terminals',
  'no-access',
  'images',
  'networks',
  'ports',
  'volumes',
  'host',
  'activity',
  'admin',
  'users',
  'account',
  'shortcuts',
  'operations',
  'events',
  'new',
  'import',
  'load',
  'logs',
  'terminal',
  'config',
  'processes',
  'stats',
  'network',
  'storage',
  'duplicate',
  'edit',
  'layers',
  'used-by',
  'raw',
] as const;

/** A step of the path to a page: a word of ours, or what an object is called. */
export type Crumb = { href: string } & ({ section: (typeof SECTIONS)[number] } | { name: string });

/** Parts of addresses without a page of their own. */
const SECTION_HOMES: Readonly<Record<string, string>> = { activity: '/activity/operations', admin: '/admin/users' };

/** Forms that open over their lists, whose pages they are. */
const OVER_LISTS = /^\/(networks|volumes)\/new$/;

/** Where an object is, all of the rest is its name: a word of ours, or one with slashes. */
const BY_NAME = /^\/(images|networks|volumes)\/by-name\/(.+)$/;

/** No name of an object is as long; an address may be. */
const LONG = 128;

export function toCrumbs(pathname: string): Crumb[] {
  const [, list, name] = BY_NAME.exec(pathname) ?? [];
  if (list !== undefined && name !== undefined) return [...toCrumbs(`/${list}`), toName(name, pathname)];
  const parts = pathname.replace(OVER_LISTS, '/$1').split('/').filter(Boolean);
  return parts.map((part, index) => {
    const href = (index === 0 && SECTION_HOMES[part]) || `/${parts.slice(0, index + 1).join('/')}`;
    const section = isName(parts, index) ? undefined : SECTIONS.find((one) => one === part);
    return section === undefined ? toName(part, href) : { href, section };
  });
}

/** The second part of /containers/x is a name, even when somebody called a container "logs". */
function isName([list = '', second = '']: readonly string[], index: number): boolean {
  if (index !== 1) return false;
  if (list === 'networks' || list === 'volumes') return second !== 'ports';
  return (list === 'containers' || list === 'images') && !['new', 'import', 'load'].includes(second);
}

function toName(part: string, href: string): Crumb {
  return { href, name: shortPart(decodeURIComponent(part)) };
}

/** Digests and ids of operations as they are printed elsewhere; names as they are. */
function shortPart(part: string): string {
  const digest = /^(?:sha256:)?([0-9a-f]{12})[0-9a-f]{52}$/.exec(part)?.[1];
  const operation = /^([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.exec(part)?.[1];
  return digest ?? operation ?? (part.length > LONG ? `${part.slice(0, LONG)}…` : part);
}
