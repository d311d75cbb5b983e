'use client';
import { useQueries, useQuery } from '@tanstack/react-query';
import { Database, Folder, type IconNode, Layers, MemoryStick } from 'lucide';
import { useLocale, useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { formatBytes, formatTime, shortId } from '../../_lib/format.ts';
import { type ContainerDetail, useTRPC } from '../../_lib/trpc.ts';
import { Card } from '../../_ui/card.tsx';
import { Icon } from '../../_ui/icon.tsx';
import { Link } from '../../_ui/link.tsx';
import { volumeHref } from '../volumes/volume-href.ts';
import { formatMountOptions } from './create/mount-options.ts';

const FRESH_MS = 60_000;

type Mount = ContainerDetail['mounts'][number];

/** What lies where in a container: its own layer and each mount, with source, mode and size. */
export function Storage({ detail }: { detail: ContainerDetail }) {
  const t = useTranslations('containers');
  const { mounts, config } = detail;
  const heads = ['target', 'source', 'mode', 'size'] as const;
  return (
    <Card title={t('tab_storage')} flush>
      <table className="w-full text-left text-table max-md:block">
        <thead className="max-md:sr-only">
          <tr className="h-8 border-hairline border-b text-caption text-muted">
            {heads.map((head) => (
              <th key={head} scope="col" className="px-4 font-medium last:text-right">
                {t(`storage.${head}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="max-md:block">
          <Row
            icon={Layers}
            target="/"
            source={
              <Link
                href={`/images/${detail.imageId.replace('sha256:', '')}`}
                className="font-mono text-accent text-mono hover:underline"
              >
                {detail.image}
              </Link>
            }
            note={t(config.readonlyRootfs ? 'storage.rootReadOnly' : 'storage.rootText')}
            mode={t(config.readonlyRootfs ? 'storage.ro' : 'storage.rw')}
            size={<WritableSize id={detail.id} />}
          />
          {mounts.map((mount) => (
            <MountRow key={mount.target} mount={mount} />
          ))}
        </tbody>
      </table>
      {mounts.length === 0 && <p className="px-4 py-3 text-muted text-table max-md:px-3">{t('noMounts')}</p>}
    </Card>
  );
}

const ICONS = { volume: Database, bind: Folder, tmpfs: MemoryStick } as const;

function MountRow({ mount }: { mount: Mount }) {
  const t = useTranslations('containers');
  const options = formatMountOptions(mount)
    .split(',')
    // A folder that is there by now was not made: nothing to tell.
    .filter((word) => word !== '' && word !== 'must-exist');
  const readOnly = mount.type === 'tmpfs' ? (mount.options ?? '').split(',').includes('ro') : mount.readOnly;
  return (
    <Row
      icon={ICONS[mount.type]}
      target={mount.target}
      source={<Source mount={mount} />}
      note={options.length === 0 ? undefined : <span className="font-mono">{options.join(', ')}</span>}
      mode={t(readOnly ? 'storage.ro' : 'storage.rw')}
      size={<Size mount={mount} />}
    />
  );
}

function Source({ mount }: { mount: Mount }) {
  const t = useTranslations('containers');
  if (mount.type === 'tmpfs') return t('mountTmpfs');
  if (mount.type === 'bind') {
    return (
      <>
        <span className="font-mono text-mono">{mount.source}</span>
        <span className="block text-caption text-muted">{t('storage.onHost')}</span>
      </>
    );
  }
  const { name = '' } = mount;
  return (
    <>
      <Link
        href={volumeHref(name)}
        title={name}
        translate="no"
        className="text-accent [overflow-wrap:anywhere] hover:underline"
      >
        {/^[0-9a-f]{64}$/.test(name) ? shortId(name) : name}
      </Link>
      <span className="block text-caption text-muted">{t('storage.volume')}</span>
    </>
  );
}

function Size({ mount }: { mount: Mount }) {
  const t = useTranslations('containers');
  const locale = useLocale();
  const trpc = useTRPC();
  const name = mount.type === 'volume' ? mount.name : undefined;
  const [usage] = useQueries({
    queries: [
      trpc.volumes.usage.queryOptions(
        { volumeName: name ?? '', maxAgeMs: FRESH_MS },
        { enabled: name !== undefined, staleTime: FRESH_MS, retry: false },
      ),
    ],
  });
  if (mount.type === 'bind') return <span title={t('storage.bindSize')}>–</span>;
  if (mount.type === 'tmpfs') {
    return mount.sizeBytes === undefined
      ? t('storage.halfMemory')
      : t('storage.atMost', { size: formatBytes(mount.sizeBytes) });
  }
  if (usage.data === undefined) {
    return usage.isFetching ? (
      <span className="text-muted">{t('storage.measuring')}</span>
    ) : (
      <span title={t('storage.notMeasured')}>–</span>
    );
  }
  const { sizeBytes, measuredAt } = usage.data;
  return (
    <span title={t('storage.measured', { bytes: sizeBytes, time: formatTime(measuredAt, locale) })}>
      {formatBytes(sizeBytes)}
    </span>
  );
}

function WritableSize({ id }: { id: string }) {
  const t = useTranslations('containers');
  const { data, isFetching } = useQuery(useTRPC().containers.sizes.queryOptions({ containerIds: [id] }));
  const bytes = data?.[0]?.bytes;
  if (bytes === undefined && isFetching) return <span className="text-muted">{t('storage.measuring')}</span>;
  return <span title={bytes === undefined ? undefined : `${bytes} B`}>{formatBytes(bytes)}</span>;
}

function Row({
  icon,
  target,
  source,
  note,
  mode,
  size,
}: {
  icon: IconNode;
  target: string;
  source: ReactNode;
  note: ReactNode;
  mode: string;
  size: ReactNode;
}) {
  const t = useTranslations('containers');
  return (
    <tr className="border-hairline border-t align-top first:border-t-0 max-md:grid max-md:grid-cols-2 max-md:gap-x-3 max-md:gap-y-1 max-md:px-3 max-md:py-2.5 [&>*]:px-4 [&>*]:py-2.5 max-md:[&>*]:p-0">
      <th scope="row" className="font-normal max-md:col-span-2">
        <span className="flex items-start gap-2.5">
          <Icon icon={icon} className="mt-0.5 text-faint" />
          <span className="font-medium font-mono text-mono [overflow-wrap:anywhere]">{target}</span>
        </span>
      </th>
      <td className="min-w-0 [overflow-wrap:anywhere] max-md:col-span-2">
        {source}
        {note !== undefined && <span className="block text-caption text-muted">{note}</span>}
      </td>
      <td className="whitespace-nowrap text-muted">
        <span className="sr-only">{t('storage.mode')} </span>
        {mode}
      </td>
      <td className="whitespace-nowrap text-right tabular-nums">{size}</td>
    </tr>
  );
}
