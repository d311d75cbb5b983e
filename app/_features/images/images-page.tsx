'use client';
import { useQuery } from '@tanstack/react-query';
import { Brush, Layers, Play, Plus, Upload } from 'lucide';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { startDownload } from '../../_lib/download.ts';
import { shortId } from '../../_lib/format.ts';
import { lazyPart } from '../../_lib/lazy-part.tsx';
import { type ImageSummary, useTRPC } from '../../_lib/trpc.ts';
import { Button, LinkButton } from '../../_ui/button.tsx';
import { BulkBar, DataTable, ListFrame, LiveChanges, useList, useSelection } from '../../_ui/data-table/index.ts';
import { Icon } from '../../_ui/icon.tsx';
import { Link } from '../../_ui/link.tsx';
import { Page } from '../../_ui/page.tsx';
import { useCan, useDocker } from '../shell/use-me.ts';
import { DropArea } from './drop-area.tsx';
import { leaveFiles } from './dropped-files.ts';
import { ImageActions, saveHref } from './image-actions.tsx';
import { imageName, useImageColumns } from './image-columns.tsx';
import { filterImages, IMAGE_FILTERS, matchesImage } from './image-list.ts';
import { ImageSums, sizeOf } from './image-sums.tsx';
import { useImageBytes } from './use-image-bytes.ts';

const RemoveImagesDialog = lazyPart(() =>
  import('./remove-images-dialog.tsx').then((module) => module.RemoveImagesDialog),
);

const NOTHING: ImageSummary[] = [];
const NEWEST_FIRST = { id: 'created', desc: true };

/** One row an image, its names as tags; filter, query and order are in the address. */
export function ImagesPage() {
  const t = useTranslations('images');
  const bytes = useImageBytes();
  const can = useCan();
  const docker = useDocker();
  const columns = useImageColumns();
  const query = useQuery(useTRPC().images.list.queryOptions({}));
  const { data = NOTHING } = query;
  const list = useList({
    id: 'images',
    columns,
    start: NEWEST_FIRST,
    all: data,
    filters: IMAGE_FILTERS,
    matches: matchesImage,
    select: filterImages,
    chip: (name) => ({ label: t(`filters.${name}`), hint: t(`filterHints.${name}`) }),
  });
  const unused = data.filter((image) => matchesImage(image, 'unused'));
  const dangling = data.filter((image) => matchesImage(image, 'dangling'));
  const unusedMine = unused.filter(canBeRemoved);
  const danglingMine = dangling.filter(canBeRemoved);
  const mayRemove = can('image:remove');
  const usage = useQuery(useTRPC().images.usage.queryOptions({}));
  const [selected, setSelected] = useSelection(query.data, { idOf, wordOf });
  const [removing, setRemoving] = useState<readonly ImageSummary[]>();
  const chosen = data.filter(({ id }) => selected.has(id));
  const chosenMine = chosen.filter(canBeRemoved);
  const chosenFree = chosenMine.filter((image) => matchesImage(image, 'unused'));
  const maySave = chosen.every(({ allowedActions }) => allowedActions.includes('save'));
  const router = useRouter();
  const page = (
    <Page
      title={t('title')}
      facts={
        data.length > 0 && (
          <>
            <span>{t('total', { count: data.length })}</span>
            {unused.length > 0 && <span>{t('totalUnused', { count: unused.length })}</span>}
            <span>{t('totalBytes', { size: bytes(usage.data?.totalBytes) })}</span>
          </>
        )
      }
      actions={
        can('image:load') && (
          <>
            <LinkButton href="/images/load" icon={Upload}>
              {t('load')}
            </LinkButton>
            <LinkButton href="/images/import" variant="primary" icon={Plus}>
              {t('import')}
            </LinkButton>
          </>
        )
      }
    >
      <ListFrame
        {...list.frame}
        query={query}
        filterLabel={t('filter')}
        aside={
          mayRemove && (
            <>
              {danglingMine.length > 0 && (
                <Button icon={Brush} onClick={() => setRemoving(danglingMine)}>
                  {t('prune', { count: danglingMine.length })}
                </Button>
              )}
              {unusedMine.length > danglingMine.length && (
                <Button icon={Brush} onClick={() => setRemoving(unusedMine)}>
                  {t('pruneUnused', { count: unusedMine.length })}
                </Button>
              )}
            </>
          )
        }
        empty={{
          icon: Layers,
          title: t('empty'),
          text: t('emptyText'),
          command: `${docker} import rootfs.tar name:1`,
          actions: can('image:load') && (
            <LinkButton href="/images/import" variant="primary" icon={Plus}>
              {t('import')}
            </LinkButton>
          ),
        }}
      >
        <DataTable
          {...list.table}
          label={t('title')}
          idOf={idOf}
          nameOf={imageName}
          versionOf={(image) => image.references.join()}
          actions={(image) => <RowActions image={image} />}
          selection={mayRemove ? { selected, onChange: setSelected } : undefined}
          footer={<ImageSums rows={list.table.rows} all={data} chosen={chosen} />}
        />
      </ListFrame>
      <LiveChanges
        rows={list.table.rows}
        selected={selected}
        idOf={idOf}
        sayOf={(image) => {
          const used = image.usedBy.length === 0 ? t('notUsed') : t('usedBy', { count: image.usedBy.length });
          return `${[imageName(image), ...image.references.slice(1)].join(', ')}: ${used}`;
        }}
      />
      <BulkBar
        count={chosen.length}
        summary={chosen.length > 0 ? bytes(sizeOf(chosen)) : undefined}
        onClear={() => setSelected(new Set())}
        note={
          chosenMine.length < chosen.length && (
            <p className="pt-0.5 pr-2 text-caption text-muted">
              {t('removeLeaves', { count: chosen.length - chosenMine.length })}
            </p>
          )
        }
      >
        {can('image:save') && (
          <Button
            variant="ghost"
            disabled={!maySave}
            title={maySave ? undefined : t('notYours')}
            onClick={() => startDownload(saveHref(chosen))}
          >
            {t('saveMany', { count: chosen.length })}
          </Button>
        )}
        {chosenFree.length > 0 && chosenFree.length < chosenMine.length && (
          <Button variant="ghost" onClick={() => setRemoving(chosenFree)}>
            {t('pruneUnused', { count: chosenFree.length })}
          </Button>
        )}
        <Button
          variant="ghost"
          writes
          className="text-danger!"
          disabled={chosenMine.length === 0}
          onClick={() => setRemoving(chosenMine)}
        >
          {t('removeDots')}
        </Button>
      </BulkBar>
      {removing !== undefined && (
        <RemoveImagesDialog
          images={removing}
          onClose={() => setRemoving(undefined)}
          onLeft={(ids) => setSelected(new Set(ids))}
        />
      )}
    </Page>
  );
  if (!can('image:load')) return page;
  return (
    <DropArea
      text={t('drops.import')}
      onFiles={(files) => {
        leaveFiles(files);
        router.push('/images/import');
      }}
    >
      {page}
    </DropArea>
  );
}

function canBeRemoved({ allowedActions }: ImageSummary): boolean {
  return allowedActions.includes('remove');
}

function idOf({ id }: ImageSummary): string {
  return id;
}

/** Names of images have signs that an address writes as three. */
function wordOf({ id }: ImageSummary): string {
  return shortId(id);
}

function RowActions({ image }: { image: ImageSummary }) {
  const t = useTranslations('images');
  const can = useCan();
  const name = imageName(image);
  return (
    <span className="flex justify-end">
      {can('container:create') && (
        <Link
          href={`/containers/new?image=${encodeURIComponent(image.references[0] ?? image.id)}`}
          aria-label={t('runImage', { name })}
          title={t('runImage', { name })}
          className="inline-flex size-7 items-center justify-center rounded-control text-faint hover:bg-hover hover:text-fg group-hover/row:text-muted max-md:hidden"
        >
          <Icon icon={Play} />
        </Link>
      )}
      <ImageActions image={image} />
    </span>
  );
}
