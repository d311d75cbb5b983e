'use client';
import { useQuery } from '@tanstack/react-query';
import { Archive, Database, RefreshCw } from 'lucide';
import { useRouter } from 'next/navigation';
import { useLocale, useTranslations } from 'next-intl';
import { useState } from 'react';
import { toFailure } from '../../_lib/errors.ts';
import { formatBytes, formatTime } from '../../_lib/format.ts';
import { lazyPart } from '../../_lib/lazy-part.tsx';
import { useTRPC, type VolumeSummary } from '../../_lib/trpc.ts';
import { Button } from '../../_ui/button.tsx';
import { Card, Facts } from '../../_ui/card.tsx';
import { CopyField } from '../../_ui/copy-field.tsx';
import { IconButton } from '../../_ui/icon-button.tsx';
import { Link } from '../../_ui/link.tsx';
import { Page } from '../../_ui/page.tsx';
import { ErrorNote, SkeletonRows } from '../../_ui/states.tsx';
import { ActivityLinks } from '../activity/activity-links.tsx';
import { Missing } from '../shell/missing.tsx';
import { useCan } from '../shell/use-me.ts';
import { VolumeActions } from './volume-actions.tsx';
import { volumeTitle } from './volume-columns.tsx';
import { volumeHref } from './volume-href.ts';
import { labelsOf } from './volume-list.ts';

const BackUpVolumeDialog = lazyPart(() =>
  import('./back-up-volume-dialog.tsx').then((module) => module.BackUpVolumeDialog),
);

export function VolumePage({ name }: { name: string }) {
  const t = useTranslations('volumes');
  const locale = useLocale();
  const router = useRouter();
  const can = useCan();
  const { data, error, isPending, refetch } = useQuery(useTRPC().volumes.get.queryOptions({ volumeName: name }));
  const [backingUp, setBackingUp] = useState(false);
  const gone = error !== null && toFailure(error).code === 'not_found';
  return (
    <Page
      title={data === undefined ? name : volumeTitle(data)}
      section={t('title')}
      facts={
        data !== undefined && (
          <>
            {data.anonymous && <span>{t('anonymous')}</span>}
            <span>{t('createdAt', { time: formatTime(data.createdAt, locale) })}</span>
            <ActivityLinks type="volume" name={data.name} />
          </>
        )
      }
      actions={
        data !== undefined &&
        !gone && (
          <>
            {can('volume:backup') && (
              <Button icon={Archive} onClick={() => setBackingUp(true)}>
                {t('backUp')}
              </Button>
            )}
            <VolumeActions volume={data} size="head" onRemoved={() => router.push('/volumes')} />
          </>
        )
      }
    >
      {isPending && <SkeletonRows />}
      {gone && <MissingVolume name={name} wasThere={data !== undefined} />}
      {error !== null && !gone && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {data !== undefined && !gone && (
        <div className="grid grid-cols-12 items-start gap-4 max-md:gap-3">
          <div className="col-span-12 flex min-w-0 flex-col gap-4 max-md:gap-3 xl:col-span-8">
            <FactsCard volume={data} />
          </div>
          <div className="col-span-12 min-w-0 xl:col-span-4">
            <UsersCard usedBy={data.usedBy} />
          </div>
        </div>
      )}
      {backingUp && data !== undefined && <BackUpVolumeDialog volume={data} onClose={() => setBackingUp(false)} />}
    </Page>
  );
}

function FactsCard({ volume }: { volume: VolumeSummary }) {
  const t = useTranslations('volumes');
  const mono = (text: string) => <span className="font-mono text-mono">{text}</span>;
  const options = Object.entries(volume.options).map(([key, value]) => `${key}=${value}`);
  const list = (texts: readonly string[]) =>
    texts.length === 0 ? t('nothing') : texts.map((text) => <div key={text}>{mono(text)}</div>);
  return (
    <Card title={t('facts')}>
      <Facts
        items={[
          { term: t('name'), value: mono(volume.name) },
          { term: t('driver'), value: mono(volume.driver) },
          { term: t('size'), value: <Size name={volume.name} /> },
          { term: t('mountpoint'), value: <CopyField text={volume.mountpoint} /> },
          { term: t('options'), value: list(options) },
          { term: t('labels'), value: list(labelsOf(volume.labels)) },
        ]}
      />
    </Card>
  );
}

/** Measured when somebody looks, unless that was just done. */
function Size({ name }: { name: string }) {
  const t = useTranslations('volumes');
  const locale = useLocale();
  const [maxAgeMs, setMaxAgeMs] = useState(60_000);
  const { data, isFetching, isError, refetch } = useQuery(
    useTRPC().volumes.usage.queryOptions(
      { volumeName: name, maxAgeMs },
      { retry: false, placeholderData: (before) => before },
    ),
  );
  if (data === undefined && isFetching) return <span className="text-muted">{t('measuring')}</span>;
  return (
    <span className="flex flex-wrap items-center gap-x-3">
      <span className="inline-flex items-center gap-1">
        <span title={data === undefined ? undefined : `${data.sizeBytes} B`}>{formatBytes(data?.sizeBytes)}</span>
        <IconButton
          icon={RefreshCw}
          label={t('measure')}
          className="-my-1 max-md:-my-3"
          disabled={isFetching}
          onClick={() => (maxAgeMs === 0 ? void refetch() : setMaxAgeMs(0))}
        />
      </span>
      <span className="text-muted">
        {isError
          ? t('notMeasured')
          : data !== undefined && t('measuredFiles', { count: data.inodes, time: formatTime(data.measuredAt, locale) })}
      </span>
    </span>
  );
}

function UsersCard({ usedBy }: { usedBy: VolumeSummary['usedBy'] }) {
  const t = useTranslations('volumes');
  const state = useTranslations('state');
  return (
    <Card id="used-by" title={t('users')}>
      {usedBy.length === 0 && <p className="text-muted text-table">{t('unused')}</p>}
      <ul className="flex flex-col gap-1 text-table">
        {usedBy.map(({ id, name, running, paused }) => (
          <li key={id} className="flex flex-wrap justify-between gap-x-3">
            <Link
              href={`/containers/${encodeURIComponent(name)}`}
              className="font-medium text-accent [overflow-wrap:anywhere] hover:underline"
            >
              {name}
            </Link>
            <span className="text-muted">{paused ? state('paused') : running ? state('running') : t('stopped')}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function MissingVolume({ name, wasThere }: { name: string; wasThere: boolean }) {
  const t = useTranslations('volumes');
  const { data = [] } = useQuery(useTRPC().volumes.list.queryOptions({}));
  return (
    <Missing
      icon={Database}
      name={name}
      wasThere={wasThere}
      names={data.map((one) => one.name)}
      hrefOf={volumeHref}
      list={{ href: '/volumes', label: t('toList') }}
    />
  );
}
