'use client';
import { useQuery } from '@tanstack/react-query';
import { Play } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useLocale, useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { formatBytes, formatTime, shortId } from '../../_lib/format.ts';
import { type ImageDetail, useTRPC } from '../../_lib/trpc.ts';
import { LinkButton } from '../../_ui/button.tsx';
import { Card, Facts } from '../../_ui/card.tsx';
import { CopyButton } from '../../_ui/copy-field.tsx';
import { Link } from '../../_ui/link.tsx';
import { Page } from '../../_ui/page.tsx';
import { ErrorNote, SkeletonRows } from '../../_ui/states.tsx';
import { useCan } from '../shell/use-me.ts';
import { ImageActions } from './image-actions.tsx';
import { Tag } from './image-columns.tsx';
import { HistoryCard, LayersCard } from './image-layers.tsx';
import { platformOf } from './platform-of.ts';

export function ImagePage({ id }: { id: string }) {
  const t = useTranslations('images');
  const locale = useLocale();
  const router = useRouter();
  const can = useCan();
  const { data, error, isPending, refetch } = useQuery(useTRPC().images.get.queryOptions({ imageId: id }));
  return (
    <Page
      title={data?.references[0] ?? shortId(id)}
      section={t('title')}
      chip={data?.references.slice(1).map((reference) => <Tag key={reference}>{reference}</Tag>)}
      facts={
        data !== undefined && (
          <>
            <span className="inline-flex items-center gap-1">
              <span className="font-mono text-mono">{shortId(data.id)}</span>
              <CopyButton text={data.id} />
            </span>
            <span>{formatBytes(data.sizeBytes)}</span>
            <span>{platformOf(data)}</span>
            <span>{t('added', { time: formatTime(data.addedAt, locale) })}</span>
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
            <ImageActions image={data} onDeleted={() => router.push('/images')} />
          </>
        )
      }
    >
      {isPending && <SkeletonRows />}
      {error !== null && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {data !== undefined && (
        <div className="grid grid-cols-12 items-start gap-4 max-md:gap-3">
          <div className="col-span-8 flex flex-col gap-4 max-xl:col-span-12 max-md:gap-3">
            <LayersCard image={data} />
            <HistoryCard image={data} />
          </div>
          <div className="col-span-4 flex flex-col gap-4 max-xl:col-span-12 max-md:gap-3">
            <ConfigCard image={data} />
            <UsersCard image={data} />
            {can('image:remove') && <RemovalCard image={data} />}
          </div>
        </div>
      )}
    </Page>
  );
}

/** Values of variables stay out of sight: people put secrets there. */
function ConfigCard({ image }: { image: ImageDetail }) {
  const t = useTranslations('images');
  const config = image.config.config;
  const code = (list: readonly string[] | undefined): ReactNode =>
    list === undefined || list.length === 0 ? (
      <span className="text-muted">{t('nothing')}</span>
    ) : (
      <code className="text-mono">{list.join(' ')}</code>
    );
  return (
    <Card title={t('config')}>
      <Facts
        items={[
          { term: t('entrypoint'), value: code(config?.Entrypoint) },
          { term: t('command'), value: code(config?.Cmd) },
          { term: t('user'), value: code([config?.User || 'root']) },
          { term: t('workingDir'), value: code([config?.WorkingDir || '/']) },
          { term: t('ports'), value: code(Object.keys(config?.ExposedPorts ?? {})) },
          { term: t('volumes'), value: code(Object.keys(config?.Volumes ?? {})) },
          { term: t('variables'), value: code(config?.Env?.map((entry) => entry.split('=')[0] ?? entry)) },
        ]}
      />
    </Card>
  );
}

function UsersCard({ image }: { image: ImageDetail }) {
  const t = useTranslations('images');
  return (
    <Card id="used-by" title={t('users')}>
      {image.usedBy.length === 0 && <p className="text-muted text-table">{t('unused')}</p>}
      <ul className="flex flex-col gap-1 text-table">
        {image.usedBy.map(({ id, name }) => (
          <li key={id}>
            <Link href={`/containers/${encodeURIComponent(name)}`} className="font-medium hover:text-accent">
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** Said before anybody asks for it: whether it can go, and which bytes come back. */
function RemovalCard({ image }: { image: ImageDetail }) {
  const t = useTranslations('images');
  const kept = formatBytes(image.sizeBytes - image.uniqueBytes);
  return (
    <Card title={t('ifRemoved')}>
      <p className="text-table">
        {image.usedBy.length > 0
          ? t('ifRemovedUsed', { count: image.usedBy.length })
          : t('ifRemovedFreed', { size: formatBytes(image.uniqueBytes), kept })}
      </p>
    </Card>
  );
}
