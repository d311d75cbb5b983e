'use client';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { formatBytes } from '../../_lib/format.ts';
import { useTRPC } from '../../_lib/trpc.ts';

const FRESH_MS = 60_000;
/** Until it has been measured for the first time. */
const SOON_MS = 2_000;

/** What fills the disk: images, what was measured of volumes and of what containers write, everything else on it. */
export function DiskParts({ usedBytes, totalBytes }: { usedBytes: number; totalBytes: number }) {
  const t = useTranslations('home');
  const trpc = useTRPC();
  const images = useQuery(trpc.images.usage.queryOptions({}, { staleTime: FRESH_MS }));
  const volumes = useQuery(trpc.volumes.list.queryOptions({}, { staleTime: FRESH_MS }));
  const written = useQuery(
    trpc.host.diskParts.queryOptions(
      {},
      { refetchInterval: ({ state }) => (state.data === null ? SOON_MS : FRESH_MS) },
    ),
  ).data;
  const imageBytes = images.data?.totalBytes ?? 0;
  const volumeBytes = (volumes.data ?? []).reduce((sum, { usage }) => sum + (usage?.sizeBytes ?? 0), 0);
  const ours = [
    { key: 'diskImages', bytes: imageBytes, fill: 'bg-series-5' },
    { key: 'diskVolumes', bytes: volumeBytes, fill: 'bg-series-1' },
    ...(written
      ? ([
          { key: 'diskContainers', bytes: written.containerBytes, fill: 'bg-series-2' },
          { key: 'diskLogs', bytes: written.logBytes, fill: 'bg-series-3' },
        ] as const)
      : []),
  ] as const;
  const known = ours.reduce((sum, { bytes }) => sum + bytes, 0);
  const other = { key: 'diskOther', bytes: Math.max(0, usedBytes - known), fill: 'bg-series-4' } as const;
  const parts = [...ours, other];
  const share = usedBytes / Math.max(1, totalBytes);
  return (
    <>
      <div
        className="mt-2.5 flex h-1.5 gap-px overflow-hidden rounded-[3px] bg-neutral-soft forced-colors:border"
        aria-hidden="true"
      >
        {parts.map(({ key, bytes, fill }) => (
          <span key={key} className={fill} style={{ width: `${(bytes / Math.max(1, totalBytes)) * 100}%` }} />
        ))}
      </div>
      <ul className="mt-2 flex flex-wrap gap-x-3 text-caption text-muted">
        {parts.map(({ key, bytes, fill }) => (
          <li key={key} className="flex items-center gap-1.5 tabular-nums">
            <span aria-hidden="true" className={`size-2 rounded-[2px] ${fill}`} />
            {t(key, { size: formatBytes(bytes) })}
          </li>
        ))}
      </ul>
      {share > NEARLY_FULL && (
        <p className={share > FULL ? 'mt-1 text-caption text-danger' : 'mt-1 text-caption text-warning'}>
          {t('diskLeft', { size: formatBytes(totalBytes - usedBytes) })}
        </p>
      )}
    </>
  );
}

const NEARLY_FULL = 0.75;
const FULL = 0.9;
