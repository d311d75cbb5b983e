'use client';
import { useQuery } from '@tanstack/react-query';
import { Brush, Database, Plus } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { formatBytes } from '../../_lib/format.ts';
import { useTRPC, type VolumeSummary } from '../../_lib/trpc.ts';
import { Button } from '../../_ui/button.tsx';
import { ColumnMenu, DataTable, FilterChips, FilterField, useTableAddress } from '../../_ui/data-table/index.ts';
import { Page } from '../../_ui/page.tsx';
import { Empty, ErrorNote, SkeletonRows } from '../../_ui/states.tsx';
import { useCan } from '../shell/use-me.ts';
import { CreateVolumeDialog } from './create-volume-dialog.tsx';
import { RemoveVolumeButton, RemoveVolumesDialog } from './remove-volumes.tsx';
import { useVolumeColumns, volumeTitle } from './volume-columns.tsx';
import { filterVolumes, matchesVolume, VOLUME_FILTERS } from './volume-list.ts';

const NOTHING: VolumeSummary[] = [];
const BY_NAME = { id: 'name', desc: false };

/** One row a volume; filter, query and order are in the address. */
export function VolumesPage() {
  const t = useTranslations('volumes');
  const ui = useTranslations('ui');
  const can = useCan();
  const columns = useVolumeColumns();
  const address = useTableAddress('volumes', columns, BY_NAME);
  const { data = NOTHING, error, isPending, refetch } = useQuery(useTRPC().volumes.list.queryOptions({}));
  const [creating, setCreating] = useState(false);
  const [pruning, setPruning] = useState<readonly VolumeSummary[]>();
  const filter = VOLUME_FILTERS.find((name) => name === address.get('state')) ?? 'all';
  const rows = filterVolumes(data, { query: address.query, filter });
  const dangling = data.filter((volume) => matchesVolume(volume, 'dangling'));
  const bytes = data.reduce((sum, { usage }) => sum + (usage?.sizeBytes ?? 0), 0);
  const create = can('volume:create') && (
    <Button variant="primary" icon={Plus} onClick={() => setCreating(true)}>
      {t('create')}
    </Button>
  );
  return (
    <Page
      title={t('title')}
      facts={
        data.length > 0 && (
          <>
            <span>{t('total', { count: data.length })}</span>
            {bytes > 0 && <span>{t('totalMeasured', { size: formatBytes(bytes) })}</span>}
            {dangling.length > 0 && <span>{t('totalDangling', { count: dangling.length })}</span>}
          </>
        )
      }
      actions={
        <>
          {can('volume:remove') && dangling.length > 0 && (
            <Button icon={Brush} onClick={() => setPruning(dangling)}>
              {t('pruneDots')}
            </Button>
          )}
          {create}
        </>
      }
    >
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <div className="w-[340px] max-md:w-full">
          <FilterField
            label={t('filter')}
            value={address.query}
            isPiece={() => false}
            onChange={(q) => address.set({ q })}
          />
        </div>
        <FilterChips
          chips={VOLUME_FILTERS.map((name) => ({
            name,
            label: t(`filters.${name}`),
            hint: t(`filterHints.${name}`),
            count: data.filter((volume) => matchesVolume(volume, name)).length,
          }))}
          chosen={filter}
          onChoose={(name) => address.set({ state: name === 'all' ? '' : name })}
        />
        <div className="ml-auto max-md:hidden">
          <ColumnMenu columns={columns} shown={address.shown} onChange={address.setShown} />
        </div>
      </div>
      {isPending && <SkeletonRows rows={8} className="rounded-card border border-line bg-surface" />}
      {error !== null && data.length === 0 && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {!isPending && error === null && data.length === 0 && (
        <div className="rounded-card border border-line bg-surface">
          <Empty icon={Database} title={t('empty')} text={t('emptyText')} command="docker volume create data">
            {create}
          </Empty>
        </div>
      )}
      {data.length > 0 && rows.length === 0 && (
        <div className="rounded-card border border-line bg-surface">
          <Empty icon={Database} title={ui('noMatch')}>
            <Button onClick={() => address.set({ q: '', state: '' })}>{ui('clearFilters')}</Button>
          </Empty>
        </div>
      )}
      {rows.length > 0 && (
        <DataTable
          label={t('title')}
          rows={rows}
          columns={columns}
          address={address}
          orderKey={filter}
          idOf={(volume) => volume.name}
          nameOf={volumeTitle}
          versionOf={(volume) => volume.usedBy.map(({ id }) => id).join()}
          actions={(volume) => can('volume:remove') && <RemoveVolumeButton volume={volume} />}
        />
      )}
      {creating && <CreateVolumeDialog volumes={data} onClose={() => setCreating(false)} />}
      {pruning !== undefined && <RemoveVolumesDialog volumes={pruning} onClose={() => setPruning(undefined)} />}
    </Page>
  );
}
