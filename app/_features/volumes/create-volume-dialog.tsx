'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { toFailure } from '../../_lib/errors.ts';
import { useTRPC, type VolumeSummary } from '../../_lib/trpc.ts';
import { TextArea, TextField } from '../../_ui/field.tsx';
import { FormDialog } from '../../_ui/form-dialog.tsx';
import { ErrorNote } from '../../_ui/states.tsx';
import { useCan } from '../shell/use-me.ts';
import { parseLabels, volumeNameProblem } from './volume-list.ts';
import { VolumeNameField } from './volume-name-field.tsx';

const OPTIONS = ['type', 'o', 'device'] as const;

/** A new volume: a folder of the engine, or with options something that is mounted while a container uses it. */
export function CreateVolumeDialog({
  volumes,
  onClose,
}: {
  /** Those there are: a name of theirs would answer with the old one. */
  volumes: readonly Pick<VolumeSummary, 'name'>[];
  onClose: () => void;
}) {
  const t = useTranslations('volumes');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const can = useCan();
  const [name, setName] = useState('');
  const [labels, setLabels] = useState('');
  const [options, setOptions] = useState({ type: '', o: '', device: '' });
  const create = useMutation(
    trpc.volumes.create.mutationOptions({
      onSuccess: onClose,
      onSettled: () => queries.invalidateQueries(trpc.volumes.pathFilter()),
    }),
  );
  const given = Object.entries(options).flatMap(([key, value]) =>
    value.trim() === '' ? [] : [[key, value.trim()] as const],
  );
  const problem = volumeNameProblem(name, volumes);
  const incomplete = given.length > 0 && (options.type.trim() === '' || options.device.trim() === '');
  const blocked = problem !== undefined || incomplete;
  const submit = () =>
    create.mutate({
      ...(name === '' ? {} : { newName: name }),
      labels: parseLabels(labels),
      options: Object.fromEntries(given),
    });
  const refused = hasReason(create.error, 'volume_name_invalid') ? 'volume_name_invalid' : undefined;
  return (
    <FormDialog
      title={t('createTitle')}
      action={t('createAction')}
      busy={create.isPending}
      blocked={blocked}
      onSubmit={submit}
      onClose={onClose}
    >
      {create.isError && <ErrorNote error={create.error} title={t('createFailed')} />}
      <VolumeNameField
        label={t('name')}
        hint={t('nameHint')}
        name={name}
        problem={problem ?? refused}
        onName={setName}
      />
      <TextArea
        label={t('labels')}
        flag="--label"
        hint={t('labelsHint')}
        value={labels}
        onChange={(event) => setLabels(event.target.value)}
        spellCheck={false}
      />
      {/* tmpfs is all that others may mount. */}
      <details>
        <summary className="min-h-7 font-medium max-md:min-h-11">{t('options')}</summary>
        <p className="mb-3 text-caption text-muted">{t(can('container:host-access') ? 'optionsHint' : 'optionsOwn')}</p>
        <div className="grid grid-cols-3 gap-3 max-md:grid-cols-1">
          {OPTIONS.map((option) => (
            <TextField
              key={option}
              label={t(`option_${option}`)}
              flag={option}
              value={options[option]}
              placeholder={{ type: 'nfs', o: 'addr=10.0.0.5,rw', device: ':/srv/data' }[option]}
              onChange={(event) => setOptions({ ...options, [option]: event.target.value })}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              mono
            />
          ))}
        </div>
        {incomplete && <p className="mt-2 text-caption text-warning">{t('optionsIncomplete')}</p>}
      </details>
    </FormDialog>
  );
}

function hasReason(error: unknown, reason: string): boolean {
  return error !== null && toFailure(error).reason === reason;
}
