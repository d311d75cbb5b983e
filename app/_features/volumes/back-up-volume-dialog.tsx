'use client';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { startDownload } from '../../_lib/download.ts';
import { formatBytes } from '../../_lib/format.ts';
import type { VolumeSummary } from '../../_lib/trpc.ts';
import { SelectField } from '../../_ui/field.tsx';
import { FormDialog } from '../../_ui/form-dialog.tsx';
import { toast } from '../../_ui/toast.ts';
import { ConsistentField } from './consistent-field.tsx';
import { volumeTitle } from './volume-columns.tsx';

const COMPRESSIONS = ['zstd', 'gzip', 'none'] as const;

/** Downloads everything in a volume as one archive; the operation that makes it tells its digest. */
export function BackUpVolumeDialog({ volume, onClose }: { volume: VolumeSummary; onClose: () => void }) {
  const t = useTranslations('volumes');
  const router = useRouter();
  const [compression, setCompression] = useState<(typeof COMPRESSIONS)[number]>('zstd');
  const [consistent, setConsistent] = useState(false);
  function download() {
    const query = new URLSearchParams({ compression, consistent: consistent ? '1' : '0' });
    startDownload(`/api/volumes/${encodeURIComponent(volume.name)}/backup?${query}`);
    onClose();
    toast.success(t('backUpStarted', { name: volumeTitle(volume) }), {
      action: { label: t('showDigest'), onClick: () => router.push('/activity/operations') },
    });
  }
  return (
    <FormDialog
      title={t('backUpTitle', { name: volumeTitle(volume) })}
      action={t('backUpAction')}
      onSubmit={download}
      onClose={onClose}
    >
      <p className="text-muted text-table">
        {volume.usage === undefined
          ? t('backUpText')
          : t('backUpTextBytes', { size: formatBytes(volume.usage.sizeBytes) })}
      </p>
      <SelectField
        label={t('compression')}
        value={compression}
        onChange={(event) => setCompression(COMPRESSIONS.find((one) => one === event.target.value) ?? 'zstd')}
        options={COMPRESSIONS.map((value) => ({ value, label: t(`compressions.${value}`) }))}
      />
      <ConsistentField volume={volume} checked={consistent} onChange={setConsistent} />
    </FormDialog>
  );
}
