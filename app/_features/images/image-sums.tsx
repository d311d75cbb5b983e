import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { type ImageSummary, useTRPC } from '../../_lib/trpc.ts';
import { useImageBytes } from './use-image-bytes.ts';

/** As the column has it: a layer of two of them counts in each. */
export function sizeOf(images: readonly ImageSummary[]): number {
  return images.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/** Under the list: how many of them, their bytes, and of the chosen ones what their removal frees, to the byte. */
export function ImageSums({
  rows,
  all,
  chosen,
}: {
  rows: readonly ImageSummary[];
  all: readonly ImageSummary[];
  chosen: readonly ImageSummary[];
}) {
  const t = useTranslations('images');
  const bytes = useImageBytes();
  const trpc = useTRPC();
  const free = chosen.filter(({ usedBy }) => usedBy.length === 0);
  const usage = useQuery(trpc.images.usage.queryOptions({}));
  const removal = useQuery(
    trpc.images.removal.queryOptions({ imageIds: free.map(({ id }) => id) }, { enabled: free.length > 0 }),
  );
  if (chosen.length > 0) {
    const freed = free.length === 0 ? 0 : removal.data?.freedBytes;
    return (
      <>
        <span>{t('sumChosen', { count: chosen.length, all: all.length, size: bytes(sizeOf(chosen)) })}</span>
        <span title={freed === undefined ? undefined : `${freed} B`}>
          {t('sumFreed', { size: bytes(freed) })}
          {free.length < chosen.length && ` · ${t('sumKept', { count: chosen.length - free.length })}`}
        </span>
      </>
    );
  }
  const own = usage.data?.images.reduce((sum, { uniqueBytes }) => sum + uniqueBytes, 0) ?? 0;
  return (
    <>
      <span>{t('sumShown', { count: rows.length, all: all.length })}</span>
      {usage.data !== undefined && (
        <span>
          {t('sumDisk', {
            size: bytes(usage.data.totalBytes),
            shared: bytes(Math.max(0, usage.data.totalBytes - own)),
          })}
        </span>
      )}
    </>
  );
}
