'use client';
import { useQuery } from '@tanstack/react-query';
import { Play } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useLocale, useTranslations } from 'next-intl';
import { formatBytes, formatTime, shortId } from '../../_lib/format.ts';
import { type ImageDetail, useTRPC } from '../../_lib/trpc.ts';
import { LinkButton } from '../../_ui/button.tsx';
import { Card, Facts } from '../../_ui/card.tsx';
import { Link } from '../../_ui/link.tsx';
import { Page } from '../../_ui/page.tsx';
import { ErrorNote, SkeletonRows } from '../../_ui/states.tsx';
import { useCan } from '../shell/use-me.ts';
import { ImageActions } from './image-actions.tsx';
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
      facts={
        data !== undefined && (
          <>
            <span>{formatBytes(data.sizeBytes)}</span>
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
        <div className="flex flex-col gap-4">
          <ConfigCard image={data} />
          <LayersCard image={data} />
          <HistoryCard image={data} />
          <UsersCard image={data} />
        </div>
      )}
    </Page>
  );
}

/** Values of variables stay out of sight: people put secrets there. */
function ConfigCard({ image }: { image: ImageDetail }) {
  const t = useTranslations('images');
  const config = image.config.config;
  const words = (list: readonly string[] | undefined, separator = ', ') => list?.join(separator) || t('nothing');
  return (
    <Card title={t('config')}>
      <Facts
        items={[
          { term: t('id'), value: <span className="font-mono text-mono">{image.id}</span> },
          { term: t('names'), value: words(image.references) },
          { term: t('platform'), value: platformOf(image) },
          { term: t('entrypoint'), value: words(config?.Entrypoint, ' ') },
          { term: t('command'), value: words(config?.Cmd, ' ') },
          { term: t('user'), value: config?.User || 'root' },
          { term: t('workingDir'), value: config?.WorkingDir || '/' },
          { term: t('ports'), value: words(Object.keys(config?.ExposedPorts ?? {})) },
          { term: t('volumes'), value: words(Object.keys(config?.Volumes ?? {})) },
          { term: t('variables'), value: words(config?.Env?.map((entry) => entry.split('=')[0] ?? entry)) },
        ]}
      />
    </Card>
  );
}

function LayersCard({ image }: { image: ImageDetail }) {
  const t = useTranslations('images');
  return (
    <Card title={t('layers')} flush>
      <ol>
        {image.layers.map((layer, index) => (
          // A diff id may come twice in one image: two empty layers are alike.
          // biome-ignore lint/suspicious/noArrayIndexKey: layers of an image never move
          <li key={index} className="border-hairline border-b px-4 py-2 text-table last:border-b-0">
            <div className="flex gap-4">
              <code className="min-w-0 flex-1 text-mono [overflow-wrap:anywhere]">
                {layer.createdBy || shortId(layer.digest)}
              </code>
              <span className="text-muted tabular-nums">{formatBytes(layer.unpackedBytes)}</span>
            </div>
            {layer.sharedWith.length > 0 && (
              <p className="text-caption text-muted">{t('sharedWith', { names: layer.sharedWith.join(', ') })}</p>
            )}
          </li>
        ))}
      </ol>
    </Card>
  );
}

function HistoryCard({ image }: { image: ImageDetail }) {
  const t = useTranslations('images');
  const locale = useLocale();
  return (
    <Card title={t('history')} flush>
      {image.history.length === 0 && <p className="px-4 py-2.5 text-muted text-table">{t('nothing')}</p>}
      <ol>
        {image.history.map((entry, index) => (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: the history of an image never changes
            key={index}
            className="flex flex-wrap gap-x-4 border-hairline border-b px-4 py-2 text-table last:border-b-0"
          >
            {entry.created !== undefined && (
              <time dateTime={entry.created} className="text-muted">
                {formatTime(new Date(entry.created), locale)}
              </time>
            )}
            <code className="min-w-0 flex-1 text-mono [overflow-wrap:anywhere]">
              {entry.created_by || entry.comment || '–'}
            </code>
            <span className="text-muted tabular-nums">{formatBytes(entry.sizeBytes)}</span>
          </li>
        ))}
      </ol>
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
