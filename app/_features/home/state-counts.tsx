import { HeartCrack, type IconNode, Pause, Play, RotateCw, Square } from 'lucide';
import { useTranslations } from 'next-intl';
import type { ContainerSummary } from '../../_lib/trpc.ts';
import { Icon } from '../../_ui/icon.tsx';
import { Link } from '../../_ui/link.tsx';
import { matchesQuery, parseQuery } from '../containers/container-query.ts';
import { matchesFilter } from '../containers/container-state.ts';

interface Count {
  name: 'running' | 'stopped' | 'unhealthy' | 'paused' | 'restarting';
  icon: IconNode;
  tone: string;
  /** How the list is asked for just these. */
  address: { state: 'stopped' } | { q: string };
  /** Only when there are some. */
  rare?: true;
}

const COUNTS: readonly Count[] = [
  { name: 'running', icon: Play, tone: 'text-success', address: { q: 'state:running' } },
  { name: 'stopped', icon: Square, tone: 'text-faint', address: { state: 'stopped' } },
  { name: 'unhealthy', icon: HeartCrack, tone: 'text-danger', address: { q: 'state:unhealthy' } },
  { name: 'paused', icon: Pause, tone: 'text-info', address: { q: 'state:paused' } },
  { name: 'restarting', icon: RotateCw, tone: 'text-warning', address: { q: 'state:restarting' }, rare: true },
];

/** How many containers are in which state, each number a link to the list of just those; unknown is no number. */
export function StateCounts({ list }: { list: readonly ContainerSummary[] | undefined }) {
  const t = useTranslations('home');
  const counted = COUNTS.map((one) => ({ ...one, count: countOf(one, list) })).filter(
    ({ rare, count }) => rare !== true || count,
  );
  // The fifth finds room in the line because the icons stand beside the numbers then.
  const dense = counted.length > 4;
  return (
    <ul className={dense ? 'flex justify-between' : 'grid grid-cols-4'}>
      {counted.map(({ name, icon, tone, address, count }) => {
        const sign = <Icon icon={icon} size={14} className={count ? tone : 'text-faint'} />;
        return (
          <li key={name} className="min-w-0">
            <Link
              href={`/containers?${new URLSearchParams(address)}`}
              className="block rounded-control px-1 py-0.5 hover:bg-hover max-md:px-0"
            >
              <span className="flex items-center gap-1 font-semibold text-title tabular-nums">
                {dense && sign}
                {count ?? '–'}
              </span>
              <span className="flex items-center gap-1 whitespace-nowrap text-caption text-muted">
                {!dense && sign}
                {t(name)}
              </span>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}

function countOf({ address }: Count, list: readonly ContainerSummary[] | undefined): number | undefined {
  const terms = 'q' in address ? parseQuery(address.q) : undefined;
  return list?.filter((one) => (terms === undefined ? matchesFilter(one, 'stopped') : matchesQuery(one, terms))).length;
}
