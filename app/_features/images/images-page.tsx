'use client';
import { useQuery } from '@tanstack/react-query';
import { Layers } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { formatBytes, shortId } from '../../_lib/format.ts';
import { useTRPC } from '../../_lib/trpc.ts';
import { LinkButton } from '../../_ui/button.tsx';
import { Page } from '../../_ui/page.tsx';
import { Empty, ErrorNote, SkeletonRows } from '../../_ui/states.tsx';
import { ImageActions } from './image-actions.tsx';

export function ImagesPage() {
  const t = useTranslations('images');
  const trpc = useTRPC();
  const { data, error, isPending, refetch } = useQuery(trpc.images.list.queryOptions({}));
  return (
    <Page
      title={t('title')}
      actions={
        <>
          <LinkButton href="/images/import" variant="primary">
            {t('import')}
          </LinkButton>
          <LinkButton href="/images/load">{t('load')}</LinkButton>
        </>
      }
    >
      {isPending && <SkeletonRows />}
      {error !== null && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && <Empty icon={Layers} title={t('empty')} />}
      <ul className="rounded-card bg-surface">
        {data?.map((image) => (
          <li
            key={image.id}
            className="group/row flex flex-wrap items-center gap-x-6 border-hairline border-b px-4 py-2.5 text-table"
          >
            <Link
              href={`/images/${image.id.replace('sha256:', '')}`}
              className="min-w-0 flex-1 font-medium [overflow-wrap:anywhere] hover:text-accent"
            >
              {image.references.join(', ') || shortId(image.id)}
            </Link>
            <span className="text-muted tabular-nums">{formatBytes(image.sizeBytes)}</span>
            <span className="text-muted">{t('usedBy', { count: image.usedBy.length })}</span>
            <ImageActions image={image} />
          </li>
        ))}
      </ul>
    </Page>
  );
}
