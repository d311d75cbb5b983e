'use client';
import { useQuery } from '@tanstack/react-query';
import { ArchiveRestore, Brush, Database, Plus } from 'lucide';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { formatBytes } from '../../_lib/format.ts';
import { lazyPart } from '../../_lib/lazy-part.tsx';
import { useTRPC, type VolumeSummary } from '../../_lib/trpc.ts';
import { useNewAddress } from '../../_lib/use-new-address.ts';
import { Button } from '../../_ui/button.tsx';
import { BulkBar, DataTable, ListFrame, LiveChanges, useList, useSelection } from '../../_ui/data-table/index.ts';
import { Page } from '../../_ui/page.tsx';
import { useCan, useDocker } from '../shell/use-me.ts';
import { VolumeActions } from './volume-actions.tsx';
import { useVolumeColumns, volumeTitle } from './volume-columns.tsx';
import { filterVolumes, matchesVolume, VOLUME_FILTERS } from './volume-list.ts';

const CreateVolumeDialog = lazyPart(() =>
  import('./create-volume-dialog.tsx').then((module) => module.CreateVolumeDialog),
);
const RemoveVolumesDialog = lazyPart(() => import('./remove-volumes.tsx').then((module) => module.RemoveVolumesDialog));
const RestoreVolumeDialog = lazyPart(() =>
  import('./restore-volume-dialog.tsx').then((module) => module.RestoreVolumeDialog),
);

const NOTHING: VolumeSummary[] = [];
const BY_NAME = { id: 'name', desc: false };

/** One row a volume; filter, query and order are in the address. */
export function VolumesPage() {
  const t = useTranslations('volumes');
  const can = useCan();
  const docker = useDocker();
  const columns = useVolumeColumns();
  const query = useQuery(useTRPC().volumes.list.queryOptions({}));
  const { data = NOTHING } = query;
  const creating = useNewAddress('/volumes');
  const [pruning, setPruning] = useState<readonly VolumeSummary[]>();
  const [restoring, setRestoring] = useState(false);
  const [selected, setSelected] = useSelection(query.data, { idOf: nameOf, wordOf: nameOf });
  const chosen = data.filter((volume) => selected.has(volume.name));
  const list = useList({
    id: 'volumes',
    columns,
    start: BY_NAME,
    all: data,
    filters: VOLUME_FILTERS,
    matches: matchesVolume,
    select: filterVolumes,
    chip: (name) => ({ label: t(`filters.${name}`), hint: t(`filterHints.${name}`) }),
  });
  const dangling = data.filter((volume) => matchesVolume(volume, 'dangling'));
  const bytes = data.reduce((sum, { usage }) => sum + (usage?.sizeBytes ?? 0), 0);
  const create = can('volume:create') && (
    <Button variant="primary" icon={Plus} onClick={creating.open}>
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
          {can('volume:restore') && (
            <Button icon={ArchiveRestore} onClick={() => setRestoring(true)}>
              {t('restore')}
            </Button>
          )}
          {create}
        </>
      }
    >
      <ListFrame
        {...list.frame}
        query={query}
        filterLabel={t('filter')}
        empty={{
          icon: Database,
          title: t('empty'),
          text: t('emptyText'),
          command: `${docker} volume create data`,
          actions: create,
        }}
      >
        <DataTable
          {...list.table}
          label={t('title')}
          idOf={nameOf}
          nameOf={volumeTitle}
          versionOf={(volume) => volume.usedBy.map(({ id }) => id).join()}
          actions={(volume) => <VolumeActions volume={volume} />}
          selection={can('volume:remove') ? { selected, onChange: setSelected } : undefined}
        />
      </ListFrame>
      <LiveChanges
        rows={list.table.rows}
        selected={selected}
        idOf={nameOf}
        sayOf={(volume) => {
          const { length: count } = volume.usedBy;
          return `${volumeTitle(volume)}: ${count === 0 ? t('dangling') : t('usedBy', { count })}`;
        }}
      />
      <BulkBar count={chosen.length} onClear={() => setSelected(new Set())}>
        <Button variant="ghost" className="text-danger!" onClick={() => setPruning(chosen)}>
          {t('removeDots')}
        </Button>
      </BulkBar>
      {restoring && <RestoreVolumeDialog volumes={data} onClose={() => setRestoring(false)} />}
      {creating.isOpen && can('volume:create') && <CreateVolumeDialog volumes={data} onClose={creating.close} />}
      {pruning !== undefined && <RemoveVolumesDialog volumes={pruning} onClose={() => setPruning(undefined)} />}
    </Page>
  );
}

function nameOf({ name }: VolumeSummary): string {
  return name;
}
