'use client';
import { useQuery } from '@tanstack/react-query';
import { useLocale, useTranslations } from 'next-intl';
import { useMemo } from 'react';
import { cx } from '../../_lib/cx.ts';
import { formatBytes, formatTime, shortId } from '../../_lib/format.ts';
import { useTRPC, type VolumeSummary } from '../../_lib/trpc.ts';
import type { DataColumn } from '../../_ui/data-table/index.ts';
import { Link } from '../../_ui/link.tsx';
import { Moment } from '../../_ui/moment.tsx';
import { volumeHref } from './volume-href.ts';
import { labelsOf } from './volume-list.ts';

/** A drawn name is cut as ids are. */
export function volumeTitle({ name, anonymous }: Pick<VolumeSummary, 'name' | 'anonymous'>): string {
  return anonymous ? shortId(name) : name;
}

export function useVolumeColumns(): readonly DataColumn<VolumeSummary>[] {
  const t = useTranslations('volumes');
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('name'),
        locked: true,
        sortValue: (volume) => volume.name,
        cell: (volume) => <Name volume={volume} />,
        className: 'py-1 pl-4 max-md:py-0',
        phone: 'title',
      },
      {
        id: 'driver',
        header: t('driver'),
        sortValue: (volume) => volume.driver,
        cell: (volume) => <span className="font-mono text-mono">{volume.options['type'] ?? volume.driver}</span>,
        className: 'text-muted max-lg:hidden',
      },
      {
        id: 'size',
        header: t('size'),
        sortValue: (volume) => volume.usage?.sizeBytes,
        cell: (volume) => <Size volume={volume} />,
        className: 'whitespace-nowrap text-right max-md:text-left',
        phone: 'left',
      },
      {
        id: 'measured',
        header: t('measuredAt'),
        cell: (volume) => <Measured volume={volume} />,
        className: 'whitespace-nowrap text-muted max-xl:hidden',
      },
      {
        id: 'users',
        header: t('users'),
        sortValue: (volume) => volume.usedBy.length,
        cell: (volume) => <Users volume={volume} />,
        className: 'text-muted',
        phone: 'right',
      },
      {
        id: 'labels',
        header: t('labels'),
        optional: true,
        cell: (volume) => <Labels labels={volume.labels} />,
        className: 'text-muted',
      },
      {
        id: 'created',
        header: t('created'),
        sortValue: (volume) => volume.createdAt.getTime(),
        cell: ({ createdAt }) => <Moment at={createdAt} />,
        className: 'whitespace-nowrap text-muted max-lg:hidden',
      },
    ],
    [t],
  );
}

function Name({ volume }: { volume: VolumeSummary }) {
  const t = useTranslations('volumes');
  return (
    <span className="flex flex-wrap items-center gap-1.5">
      <Link
        data-row-link
        translate="no"
        href={volumeHref(volume.name)}
        title={volume.name}
        className={cx(
          'font-medium [overflow-wrap:anywhere] hover:text-accent max-md:font-semibold',
          volume.anonymous && 'font-mono text-mono',
        )}
      >
        {volumeTitle(volume)}
      </Link>
      {volume.anonymous && <Chip>{t('anonymous')}</Chip>}
    </span>
  );
}

const FRESH_MS = 600_000;

function useSize({ name, usage }: VolumeSummary) {
  const { data = usage, isFetching } = useQuery(
    useTRPC().volumes.usage.queryOptions(
      { volumeName: name, maxAgeMs: FRESH_MS },
      { staleTime: FRESH_MS, retry: false },
    ),
  );
  return { data, isFetching };
}

/** How old the size is. */
function Measured({ volume }: { volume: VolumeSummary }) {
  const { data } = useSize(volume);
  const t = useTranslations('volumes');
  return data === undefined ? <span title={t('notMeasured')}>–</span> : <Moment at={data.measuredAt} />;
}

/** A row in sight is measured when that was not done for a while; what is known stays meanwhile. */
function Size({ volume }: { volume: VolumeSummary }) {
  const t = useTranslations('volumes');
  const locale = useLocale();
  const { data, isFetching } = useSize(volume);
  if (data === undefined)
    return (
      <span
        data-off-phone={!isFetching || undefined}
        title={isFetching ? undefined : t('notMeasured')}
        className="text-muted"
      >
        {isFetching ? t('measuring') : '–'}
      </span>
    );
  return (
    <span title={t('measured', { time: formatTime(data.measuredAt, locale) })}>{formatBytes(data.sizeBytes)}</span>
  );
}

function Users({ volume: { name, usedBy } }: { volume: VolumeSummary }) {
  const t = useTranslations('volumes');
  const [only] = usedBy;
  if (only === undefined) return <Chip>{t('dangling')}</Chip>;
  const alone = usedBy.length === 1;
  return (
    <Link
      href={alone ? `/containers/${encodeURIComponent(only.name)}` : `${volumeHref(name)}#used-by`}
      title={usedBy.map((user) => user.name).join(', ')}
      className="text-accent [overflow-wrap:anywhere]"
    >
      {alone ? only.name : t('usedBy', { count: usedBy.length })}
    </Link>
  );
}

function Labels({ labels }: { labels: VolumeSummary['labels'] }) {
  const all = labelsOf(labels);
  if (all.length === 0) return '–';
  return (
    <span title={all.join('\n')} className="block max-w-[240px] truncate font-mono text-mono">
      {all.join(', ')}
    </span>
  );
}

function Chip({ children }: { children: string }) {
  return <span className="rounded-chip bg-neutral-soft px-1.5 py-0.5 text-caption text-muted">{children}</span>;
}
