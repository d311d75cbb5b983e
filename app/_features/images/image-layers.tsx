'use client';
import { ChevronRight } from 'lucide';
import { useLocale, useTranslations } from 'next-intl';
import { cx } from '../../_lib/cx.ts';
import { formatTime, shortId } from '../../_lib/format.ts';
import type { ImageDetail } from '../../_lib/trpc.ts';
import { Card } from '../../_ui/card.tsx';
import { CopyButton } from '../../_ui/copy-field.tsx';
import { Icon } from '../../_ui/icon.tsx';
import { Moment } from '../../_ui/moment.tsx';
import { useImageBytes } from './use-image-bytes.ts';

/** Names of images that are told one by one; of more, how many. */
const MOST_NAMES = 3;

/** What the image is made of, lowest first, and what of it goes when the image goes. */
export function LayersCard({ image }: { image: ImageDetail }) {
  const t = useTranslations('images');
  const bytes = useImageBytes();
  const shared = image.layers.reduce((sum, layer) => sum + (layer.sharedWith.length > 0 ? layer.unpackedBytes : 0), 0);
  return (
    <Card
      flush
      title={
        <>
          {t('layerCount', { count: image.layers.length })}
          <span className="ml-2 font-normal text-muted text-table tabular-nums">
            {t('layerBytes', { own: bytes(image.sizeBytes - shared), shared: bytes(shared) })}
          </span>
        </>
      }
    >
      {image.sizeBytes > 0 && <LayersBar image={image} />}
      <ol>
        {image.layers.map((layer, index) => (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: layers never move, and two empty ones have one diff id
            key={index}
            className="flex gap-3 border-hairline border-b px-4 py-2 text-table last:border-b-0 max-md:px-3"
          >
            <span className="w-5 flex-none text-faint tabular-nums">{index + 1}</span>
            <div className="min-w-0 flex-1">
              <code className="text-mono [overflow-wrap:anywhere]">{layer.createdBy || shortId(layer.digest)}</code>
              <p className={cx('text-caption', layer.sharedWith.length > 0 ? 'text-muted' : 'text-accent')}>
                {sharedText(layer.sharedWith)}
              </p>
            </div>
            <div className="flex-none text-right tabular-nums">
              <span className="font-medium" title={`${layer.unpackedBytes} B`}>
                {bytes(layer.unpackedBytes)}
              </span>
              <p className="text-caption text-muted">
                {isDate(layer.createdAt) ? <Moment at={layer.createdAt} /> : '–'}
              </p>
            </div>
            <span className="flex flex-none items-center self-center">
              <CopyButton text={layer.digest} label={t('copyDigest', { number: index + 1 })} />
            </span>
          </li>
        ))}
      </ol>
      <EmptySteps image={image} />
    </Card>
  );

  function sharedText(names: readonly string[]): string {
    if (names.length === 0) return t('onlyHere');
    const told = names.slice(0, MOST_NAMES).join(', ');
    if (names.length <= MOST_NAMES) return t('sharedWith', { names: told });
    return t('sharedWithMore', { names: told, count: names.length - MOST_NAMES });
  }
}

/** Archives made to be alike every time carry the year 1970: that is no date. */
function isDate(at: Date | undefined): at is Date {
  return at !== undefined && at.getTime() !== 0;
}

/** Instructions that added no bytes, folded: they are no layers. */
function EmptySteps({ image }: { image: ImageDetail }) {
  const t = useTranslations('images');
  const empty = image.history.flatMap(({ empty_layer, created_by, comment }) =>
    empty_layer === true ? [created_by || comment || '–'] : [],
  );
  if (empty.length === 0) return null;
  return (
    <details className="group border-hairline border-t text-table">
      <summary className="flex min-h-10 cursor-pointer items-center gap-2 px-4 text-muted max-md:min-h-11 max-md:px-3">
        <Icon icon={ChevronRight} className="text-faint group-open:rotate-90" />
        <span className="flex-none">{t('emptySteps', { count: empty.length })}</span>
        <code className="min-w-0 truncate text-mono group-open:hidden">{empty.join(' · ')}</code>
      </summary>
      <ol className="flex flex-col gap-1 pr-4 pb-3 pl-10 max-md:pr-3">
        {empty.map((text, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the history of an image never changes
          <li key={index}>
            <code className="text-mono [overflow-wrap:anywhere]">{text}</code>
          </li>
        ))}
      </ol>
    </details>
  );
}

/** The same sizes to the eye; readers have the list under it. */
function LayersBar({ image }: { image: ImageDetail }) {
  const t = useTranslations('images');
  return (
    <div className="border-hairline border-b px-4 py-3 max-md:px-3" aria-hidden="true">
      <div className="flex h-3 gap-px overflow-hidden rounded-chip">
        {image.layers.map((layer, index) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: layers of an image never move
            key={index}
            className={cx('h-full min-w-px', layer.sharedWith.length > 0 ? 'bg-accent/40' : 'bg-accent')}
            style={{ flexGrow: layer.unpackedBytes, flexBasis: 0 }}
          />
        ))}
      </div>
      <p className="mt-2 flex gap-3 text-caption text-muted">
        <Legend className="bg-accent/40">{t('legendShared')}</Legend>
        <Legend className="bg-accent">{t('onlyHere')}</Legend>
      </p>
    </div>
  );
}

function Legend({ className, children }: { className: string; children: string }) {
  return (
    <span className="inline-flex items-center gap-1.5">
      <span className={cx('size-2 rounded-[2px]', className)} />
      {children}
    </span>
  );
}

/** Every instruction, those without bytes too. */
export function HistoryCard({ image }: { image: ImageDetail }) {
  const t = useTranslations('images');
  const bytes = useImageBytes();
  const locale = useLocale();
  return (
    <Card title={t('history')} flush>
      {image.history.length === 0 && <p className="px-4 py-2.5 text-muted text-table max-md:px-3">{t('nothing')}</p>}
      <ol>
        {image.history.map((entry, index) => (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: the history of an image never changes
            key={index}
            className="flex gap-3 border-hairline border-b px-4 py-2 text-table last:border-b-0 max-md:px-3"
          >
            <div className="min-w-0 flex-1">
              <code className="text-mono [overflow-wrap:anywhere]">{entry.created_by || entry.comment || '–'}</code>
              {entry.created !== undefined && (
                <p className="text-caption text-muted">
                  <time dateTime={entry.created}>{formatTime(new Date(entry.created), locale)}</time>
                </p>
              )}
            </div>
            <span className="flex-none text-muted tabular-nums">{bytes(entry.sizeBytes)}</span>
          </li>
        ))}
      </ol>
    </Card>
  );
}
