'use client';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useTRPC, type VolumeSummary } from '../../_lib/trpc.ts';
import { FormDialog } from '../../_ui/form-dialog.tsx';
import { ErrorNote } from '../../_ui/states.tsx';
import { toast } from '../../_ui/toast.ts';
import { ConsistentField } from './consistent-field.tsx';
import { volumeTitle } from './volume-columns.tsx';
import { volumeNameProblem } from './volume-list.ts';
import { VolumeNameField } from './volume-name-field.tsx';

/** Copies a volume into a new one, as an operation; the new one is there when it is complete. */
export function CloneVolumeDialog({ volume, onClose }: { volume: VolumeSummary; onClose: () => void }) {
  const t = useTranslations('volumes');
  const trpc = useTRPC();
  const router = useRouter();
  const { data: volumes = [] } = useQuery(trpc.volumes.list.queryOptions({}));
  const [name, setName] = useState(volume.anonymous ? '' : `${volume.name}-copy`);
  const [consistent, setConsistent] = useState(false);
  const clone = useMutation(
    trpc.volumes.clone.mutationOptions({
      onSuccess({ operationId }) {
        onClose();
        toast.success(t('cloneStarted', { name }), {
          action: {
            label: t('show'),
            onClick: () => router.push(`/activity/operations/${encodeURIComponent(operationId)}`),
          },
        });
      },
    }),
  );
  const problem = volumeNameProblem(name, volumes);
  const blocked = name === '' || problem !== undefined;
  const submit = () => clone.mutate({ volumeName: volume.name, newName: name, labels: volume.labels, consistent });
  return (
    <FormDialog
      title={t('cloneTitle', { name: volumeTitle(volume) })}
      action={t('cloneAction')}
      busy={clone.isPending}
      blocked={blocked}
      onSubmit={submit}
      onClose={onClose}
    >
      {clone.isError && <ErrorNote error={clone.error} title={t('cloneFailed')} />}
      <VolumeNameField label={t('newName')} name={name} problem={problem} onName={setName} />
      <ConsistentField volume={volume} checked={consistent} onChange={setConsistent} />
    </FormDialog>
  );
}
