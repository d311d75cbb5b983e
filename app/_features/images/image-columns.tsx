'use client';
import { useLocale, useTranslations } from 'next-intl';
import { useMemo } from 'react';
import { cx } from '../../_lib/cx.ts';
import { formatTime, shortId } from '../../_lib/format.ts';
import type { ImageSummary } from '../../_lib/trpc.ts';
import type { DataColumn } from '../../_ui/data-table/index.ts';
import { Link } from '../../_ui/link.tsx';
import { platformOf } from './platform-of.ts';
import { useImageBytes } from './use-image-bytes.ts';

/** The first of its names, or the short id of one that has none. */
export function imageName(image: Pick<ImageSummary, 'id' | 'references'>): string {
  return image.references[0] ?? shortId(image.id);
}

export function useImageColumns(): readonly DataColumn<ImageSummary>[] {
  const t = useTranslations('images');
  const bytes = useImageBytes();
  const locale = useLocale();
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('columns.name'),
        locked: true,
        sortValue: (image) => image.references[0],
        cell: (image) => <Names image={image} />,
        className: 'py-1 pl-4 max-md:py-0',
        phone: 'title',
      },
      {
        id: 'id',
        header: t('id'),
        cell: (image) => <span className="font-mono text-mono text-muted">{shortId(image.id)}</span>,
        className: 'max-lg:hidden',
      },
      {
        id: 'size',
        header: t('columns.size'),
        sortValue: (image) => image.sizeBytes,
        cell: (image) => <span title={`${image.sizeBytes} B`}>{bytes(image.sizeBytes)}</span>,
        className: 'whitespace-nowrap text-right max-md:text-left',
        phone: 'left',
      },
      {
        id: 'unique',
        header: t('columns.unique'),
        sortValue: (image) => image.uniqueBytes,
        cell: (image) => bytes(image.uniqueBytes),
        className: 'whitespace-nowrap text-right text-muted max-lg:hidden',
      },
      {
        id: 'users',
        header: t('users'),
        sortValue: (image) => image.usedBy.length,
        cell: (image) => <Users image={image} />,
        className: 'text-muted md:whitespace-nowrap',
        phone: 'right',
      },
      {
        id: 'platform',
        header: t('platform'),
        sortValue: (image) => platformOf(image),
        cell: (image) => <span className="font-mono text-mono">{platformOf(image)}</span>,
        className: 'whitespace-nowrap text-muted max-wide:hidden',
      },
      {
        id: 'source',
        header: t('source'),
        sortValue: (image) => image.source,
        cell: (image) => t(`sources.${image.source}`),
        className: 'whitespace-nowrap text-muted max-wide:hidden',
      },
      {
        id: 'created',
        header: t('columns.created'),
        // Archives made to be alike every time carry the year 1970: that is no date.
        sortValue: (image) => image.createdAt.getTime() || undefined,
        cell: (image) =>
          image.createdAt.getTime() === 0 ? <span title={t('noDate')}>–</span> : formatTime(image.createdAt, locale),
        className: 'whitespace-nowrap text-muted max-xl:hidden',
      },
    ],
    [t, locale, bytes],
  );
}

function Names({ image }: { image: ImageSummary }) {
  const t = useTranslations('images');
  const [first, ...more] = image.references;
  return (
    <span className="flex flex-wrap items-center gap-1.5 md:min-w-56">
      <Link
        data-row-link
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

export function Tag({ children }: { children: string }) {
  return (
    <span className="rounded-chip border border-line px-1.5 font-mono text-caption text-muted [overflow-wrap:anywhere]">
      {children}
    </span>
  );
}
