'use client';
import { useQuery } from '@tanstack/react-query';
import { ArrowDown, ArrowUp, Layers, Play, Plus, Search, Upload } from 'lucide-react';
import Link from 'next/link';
import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { useLocale, useTranslations } from 'next-intl';
import { cx } from '../../_lib/cx.ts';
import { formatBytes, formatTime, shortId } from '../../_lib/format.ts';
import { type ImageSummary, useTRPC } from '../../_lib/trpc.ts';
import { Button, LinkButton } from '../../_ui/button.tsx';
import { TextField } from '../../_ui/field.tsx';
import { Icon } from '../../_ui/icon.tsx';
import { Page } from '../../_ui/page.tsx';
import { Empty, ErrorNote, SkeletonRows } from '../../_ui/states.tsx';
import { useCan } from '../shell/use-me.ts';
import { ImageActions } from './image-actions.tsx';
import { arrangeImages, IMAGE_COLUMNS, IMAGE_FILTERS, type ImageColumn, matchesImage } from './image-list.ts';

const NOTHING: ImageSummary[] = [];

/** One row an image, its names as tags; filter, query and order are in the address. */
export function ImagesPage() {
  const t = useTranslations('images');
  const ui = useTranslations('ui');
  const can = useCan();
  const { params, setParam } = useAddress();
  const { data = NOTHING, error, isPending, refetch } = useQuery(useTRPC().images.list.queryOptions({}));
  const filter = IMAGE_FILTERS.find((name) => name === params.get('state')) ?? 'all';
  const query = params.get('q') ?? '';
  const [word, direction] = (params.get('sort') ?? 'created.desc').split('.');
  const column = IMAGE_COLUMNS.find((name) => name === word) ?? 'created';
  const descending = direction === 'desc';
  const rows = arrangeImages(data, { query, filter, column, descending });
  const unused = data.filter((image) => matchesImage(image, 'unused')).length;
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
          <TextField
            label={t('filter')}
            hideLabel
            type="search"
            placeholder={t('filter')}
            defaultValue={query}
            onChange={(event) => setParam('q', event.target.value)}
            trailing={<Icon icon={Search} className="text-faint" />}
          />
        </div>
        <div className="flex gap-0.5 max-md:w-full max-md:overflow-x-auto">
          {IMAGE_FILTERS.map((name) => (
            <button
              key={name}
              type="button"
              aria-pressed={name === filter}
              title={t(`filterHints.${name}`)}
              onClick={() => setParam('state', name === 'all' ? '' : name)}
              className={cx(
                'h-8 flex-none rounded-control px-2.5 font-medium text-table hover:bg-hover max-md:h-11',
                name === filter ? 'bg-selected text-fg' : 'text-muted',
              )}
            >
              {t(`filters.${name}`)}{' '}
              <span className="font-normal tabular-nums">
                {data.filter((image) => matchesImage(image, name)).length}
              </span>
            </button>
          ))}
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
            <Button onClick={() => setParam('', '')}>{ui('clearFilters')}</Button>
          </Empty>
        </div>
      )}
      {rows.length > 0 && (
        <ImageTable
          rows={rows}
          column={column}
          descending={descending}
          onSort={(name) => setParam('sort', `${name}.${name === column && !descending ? 'desc' : 'asc'}`)}
        />
      )}
    </Page>
  );
}

function ImageTable({
  rows,
  column,
  descending,
  onSort,
}: {
  rows: readonly ImageSummary[];
  column: ImageColumn;
  descending: boolean;
  onSort: (column: ImageColumn) => void;
}) {
  const t = useTranslations('images');
  const sortable = (name: ImageColumn, className = '') => (
    <th
      className={cx('px-2 font-medium', className)}
      aria-sort={name !== column ? 'none' : descending ? 'descending' : 'ascending'}
    >
      <button
        type="button"
        onClick={() => onSort(name)}
        className={cx('inline-flex min-h-6 items-center gap-1', name === column && 'font-semibold text-fg')}
      >
        {t(`columns.${name}`)}
        {name === column && <Icon icon={descending ? ArrowDown : ArrowUp} size={12} />}
      </button>
    </th>
  );
  return (
    <div className="rounded-card border border-line bg-surface max-md:border-0 max-md:bg-transparent">
      <table className="w-full text-left text-table max-md:block">
        <thead className="max-md:sr-only">
          <tr className="h-8 border-hairline border-b text-caption text-muted">
            {sortable('name', 'pl-4')}
            <th className="px-2 font-medium max-lg:hidden">{t('id')}</th>
            {sortable('size', 'text-right')}
            {sortable('unique', 'text-right max-lg:hidden')}
            <th className="px-2 font-medium">{t('users')}</th>
            <th className="px-2 font-medium max-xl:hidden">{t('source')}</th>
            {sortable('created', 'max-xl:hidden')}
            <th className="w-20">
              <span className="sr-only">{t('columns.actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody className="max-md:flex max-md:flex-col max-md:gap-2">
          {rows.map((image) => (
            <ImageRow key={image.id} image={image} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ImageRow({ image }: { image: ImageSummary }) {
  const t = useTranslations('images');
  const locale = useLocale();
  const can = useCan();
  const [first, ...more] = image.references;
  const name = first ?? shortId(image.id);
  const cell = 'px-2 max-md:inline-block max-md:pr-3 max-md:pl-0';
  return (
    <tr className="group/row h-10 border-hairline border-b last:border-b-0 hover:bg-hover max-md:relative max-md:block max-md:h-auto max-md:rounded-card max-md:border max-md:border-line max-md:bg-surface max-md:p-3">
      <td className="py-1 pr-2 pl-4 max-md:block max-md:py-0 max-md:pr-24 max-md:pl-0">
        <span className="flex flex-wrap items-center gap-1.5">
          <Link
            href={`/images/${image.id.replace('sha256:', '')}`}
            className={cx(
              'font-mono text-mono [overflow-wrap:anywhere] hover:text-accent max-md:font-semibold',
              first === undefined ? 'text-muted' : 'font-medium',
            )}
          >
            {first ?? t('untagged')}
          </Link>
          {more.map((reference) => (
            <Tag key={reference}>{reference}</Tag>
          ))}
        </span>
      </td>
      <td className="px-2 font-mono text-mono text-muted max-lg:hidden">{shortId(image.id)}</td>
      <td className={cx(cell, 'whitespace-nowrap text-right')}>{formatBytes(image.sizeBytes)}</td>
      <td className="whitespace-nowrap px-2 text-right text-muted max-lg:hidden">{formatBytes(image.uniqueBytes)}</td>
      <td className={cx(cell, 'text-muted')}>
        <Users image={image} />
      </td>
      <td className="px-2 text-muted max-xl:hidden">{t(`sources.${image.source}`)}</td>
      <td className="whitespace-nowrap px-2 text-muted max-xl:hidden">
        {image.createdAt.getTime() === 0 ? '–' : formatTime(image.createdAt, locale)}
      </td>
      <td className="px-2 max-md:absolute max-md:top-1 max-md:right-1 max-md:p-0">
        <span className="flex justify-end">
          {can('container:create') && (
            <Link
              href={`/containers/new?image=${encodeURIComponent(first ?? image.id)}`}
              aria-label={t('runImage', { name })}
              title={t('runImage', { name })}
              className="inline-flex size-7 items-center justify-center rounded-control text-faint hover:bg-hover hover:text-fg group-hover/row:text-muted max-md:size-11"
            >
              <Icon icon={Play} />
            </Link>
          )}
          <ImageActions image={image} />
        </span>
      </td>
    </tr>
  );
}

function Users({ image }: { image: ImageSummary }) {
  const t = useTranslations('images');
  const [only] = image.usedBy;
  if (only === undefined) {
    return image.references.length === 0 ? (
      <span className="rounded-chip bg-neutral-soft px-1.5 py-0.5 text-caption">{t('dangling')}</span>
    ) : (
      t('notUsed')
    );
  }
  const href =
    image.usedBy.length === 1
      ? `/containers/${encodeURIComponent(only.name)}`
      : `/images/${image.id.replace('sha256:', '')}#used-by`;
  return (
    <Link href={href} title={image.usedBy.map(({ name }) => name).join(', ')} className="text-accent">
      {image.usedBy.length === 1 ? only.name : t('usedBy', { count: image.usedBy.length })}
    </Link>
  );
}

function Tag({ children }: { children: string }) {
  return (
    <span className="rounded-chip border border-line px-1.5 font-mono text-caption text-muted [overflow-wrap:anywhere]">
      {children}
    </span>
  );
}

/** The address as state; an empty name clears all of it. */
function useAddress() {
  const router = useRouter();
  const path = usePathname();
  const params = useSearchParams();
  return {
    params,
    setParam(name: string, value: string) {
      const next = new URLSearchParams(name === '' ? '' : params.toString());
      if (value === '') next.delete(name);
      else next.set(name, value);
      const query = next.toString();
      router.replace(query === '' ? path : `${path}?${query}`, { scroll: false });
    },
  };
}
