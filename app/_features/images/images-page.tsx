'use client';
import { useQuery } from '@tanstack/react-query';
import { Layers, Play, Plus, Trash2, Upload } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { type ImageSummary, useTRPC } from '../../_lib/trpc.ts';
import { Button, LinkButton } from '../../_ui/button.tsx';
import {
  BulkBar,
  ColumnMenu,
  DataTable,
  FilterChips,
  FilterField,
  useTableAddress,
} from '../../_ui/data-table/index.ts';
import { Icon } from '../../_ui/icon.tsx';
import { Page } from '../../_ui/page.tsx';
import { Empty, ErrorNote, SkeletonRows } from '../../_ui/states.tsx';
import { useCan } from '../shell/use-me.ts';
import { ImageActions } from './image-actions.tsx';
import { imageName, useImageColumns } from './image-columns.tsx';
import { filterImages, IMAGE_FILTERS, matchesImage } from './image-list.ts';
import { RemoveImagesDialog } from './remove-images-dialog.tsx';

const NOTHING: ImageSummary[] = [];
const NEWEST_FIRST = { id: 'created', desc: true };

/** One row an image, its names as tags; filter, query and order are in the address. */
export function ImagesPage() {
  const t = useTranslations('images');
  const ui = useTranslations('ui');
  const can = useCan();
  const columns = useImageColumns();
  const address = useTableAddress('images', columns, NEWEST_FIRST);
  const { data = NOTHING, error, isPending, refetch } = useQuery(useTRPC().images.list.queryOptions({}));
  const filter = IMAGE_FILTERS.find((name) => name === address.get('state')) ?? 'all';
  const rows = filterImages(data, { query: address.query, filter });
  const unused = data.filter((image) => matchesImage(image, 'unused')).length;
  const dangling = data.filter((image) => matchesImage(image, 'dangling'));
  const mayRemove = can('image:remove');
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [removing, setRemoving] = useState<readonly ImageSummary[]>();
  const chosen = data.filter(({ id }) => selected.has(id));
  return (
    <Page
      title={t('title')}
      facts={
        data.length > 0 && (
          <>
            <span>{t('total', { count: data.length })}</span>
            {unused > 0 && <span>{t('totalUnused', { count: unused })}</span>}
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
          chips={IMAGE_FILTERS.map((name) => ({
            name,
            label: t(`filters.${name}`),
            hint: t(`filterHints.${name}`),
            count: data.filter((image) => matchesImage(image, name)).length,
          }))}
          chosen={filter}
          onChoose={(name) => address.set({ state: name === 'all' ? '' : name })}
        />
        {mayRemove && dangling.length > 0 && (
          <Button icon={Trash2} variant="ghost" onClick={() => setRemoving(dangling)}>
            {t('prune', { count: dangling.length })}
          </Button>
        )}
        <div className="ml-auto max-md:hidden">
          <ColumnMenu columns={columns} shown={address.shown} onChange={address.setShown} />
        </div>
      </div>
      {isPending && <SkeletonRows rows={8} className="rounded-card border border-line bg-surface" />}
      {error !== null && data.length === 0 && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {!isPending && error === null && data.length === 0 && (
        <div className="rounded-card border border-line bg-surface">
          <Empty icon={Layers} title={t('empty')} text={t('emptyText')} command="docker import rootfs.tar name:1">
            {can('image:load') && (
              <LinkButton href="/images/import" variant="primary" icon={Plus}>
                {t('import')}
              </LinkButton>
            )}
          </Empty>
        </div>
      )}
      {data.length > 0 && rows.length === 0 && (
        <div className="rounded-card border border-line bg-surface">
          <Empty icon={Layers} title={ui('noMatch')}>
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
          idOf={(image) => image.id}
          nameOf={imageName}
          versionOf={(image) => image.references.join()}
          actions={(image) => <RowActions image={image} />}
          selection={mayRemove ? { selected, onChange: setSelected } : undefined}
        />
      )}
      <BulkBar count={chosen.length} onClear={() => setSelected(new Set())}>
        <Button variant="ghost" className="text-danger!" onClick={() => setRemoving(chosen)}>
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
