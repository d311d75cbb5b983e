'use client';
import { useQuery } from '@tanstack/react-query';
import { Layers, Play } from 'lucide';
import { useRouter } from 'next/navigation';
import { useLocale, useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { toFailure } from '../../_lib/errors.ts';
import { formatTime, shortId } from '../../_lib/format.ts';
import { type ImageDetail, useTRPC } from '../../_lib/trpc.ts';
import { LinkButton } from '../../_ui/button.tsx';
import { CopyButton } from '../../_ui/copy-field.tsx';
import { Page } from '../../_ui/page.tsx';
import { ErrorNote, SkeletonRows } from '../../_ui/states.tsx';
import { Tabs } from '../../_ui/tabs.tsx';
import { ActivityLinks } from '../activity/activity-links.tsx';
import { Missing } from '../shell/missing.tsx';
import { useCan } from '../shell/use-me.ts';
import { ImageHeadActions } from './image-actions.tsx';
import { Tag } from './image-columns.tsx';
import { platformOf } from './platform-of.ts';
import { useImageBytes } from './use-image-bytes.ts';

/** Head and tabs of one image. */
export function ImageFrame({ id, children }: { id: string; children: (image: ImageDetail) => ReactNode }) {
  const t = useTranslations('images');
  const bytes = useImageBytes();
  const locale = useLocale();
  const router = useRouter();
  const can = useCan();
  const { data, error, isPending, refetch } = useQuery(useTRPC().images.get.queryOptions({ imageId: id }));
  const base = imageHref(id);
  if (error !== null && toFailure(error).code === 'not_found') {
    return (
      <MissingImage
        name={data?.references[0] ?? (data === undefined ? id : shortId(data.id))}
        wasThere={data !== undefined}
      />
    );
  }
  return (
    <Page
      title={data?.references[0] ?? shortId(id)}
      mono
      section={t('title')}
      chip={data?.references.slice(1).map((reference) => <Tag key={reference}>{reference}</Tag>)}
      facts={
        data !== undefined && (
          <>
            <span className="inline-flex items-center gap-1">
              <span className="font-mono text-mono">{shortId(data.id)}</span>
              <CopyButton text={data.id} />
            </span>
            <span title={`${data.sizeBytes} B`}>{bytes(data.sizeBytes)}</span>
            <span>{platformOf(data)}</span>
            <span>{t('added', { time: formatTime(data.addedAt, locale) })}</span>
            <ActivityLinks type="image" name={data.references[0] ?? data.id} />
          </>
        )
      }
      actions={
        data !== undefined && (
          <>
            {can('container:create') && (
              <LinkButton
                href={`/containers/new?image=${encodeURIComponent(data.references[0] ?? data.id)}`}
                variant="primary"
                icon={Play}
              >
                {t('run')}
              </LinkButton>
            )}
            <ImageHeadActions image={data} onDeleted={() => router.push('/images')} />
          </>
        )
      }
    >
      <Tabs
        label={t('tabs')}
        tabs={[
          { href: base, label: t('overview') },
          { href: `${base}/layers`, label: t('layers') },
          { href: `${base}/used-by`, label: t('users'), count: data?.usedBy.length },
          { href: `${base}/raw`, label: t('raw') },
        ]}
      />
      {isPending && <SkeletonRows />}
      {error !== null && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {data !== undefined && children(data)}
    </Page>
  );
}

function imageHref(ref: string): string {
  return `/images/${encodeURIComponent(ref)}`;
}

function MissingImage({ name, wasThere }: { name: string; wasThere: boolean }) {
  const t = useTranslations('images');
  const { data = [] } = useQuery(useTRPC().images.list.queryOptions({}));
  return (
    <Page title={shortId(name)} mono section={t('title')}>
      <Missing
        icon={Layers}
        name={name}
        wasThere={wasThere}
        names={data.flatMap(({ references }) => references)}
        hrefOf={imageHref}
        list={{ href: '/images', label: t('toList') }}
      />
    </Page>
  );
}
