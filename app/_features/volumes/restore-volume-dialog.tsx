'use client';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useEffect, useRef, useState } from 'react';
import { formatBytes } from '../../_lib/format.ts';
import { sendFile } from '../../_lib/send-file.ts';
import { useTRPC, type VolumeSummary } from '../../_lib/trpc.ts';
import { CheckField, TextField } from '../../_ui/field.tsx';
import { FormDialog } from '../../_ui/form-dialog.tsx';
import { ErrorNote } from '../../_ui/states.tsx';
import { OperationOutcome, ProgressBar } from '../activity/operation-outcome.tsx';
import { isActive } from '../activity/operation-state.ts';
import { DropZone } from '../images/drop-zone.tsx';
import { volumeNameProblem } from './volume-list.ts';
import { VolumeNameField } from './volume-name-field.tsx';

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** Makes a new volume of an archive. It is there only when every byte was read and proven. */
export function RestoreVolumeDialog({
  volumes,
  onClose,
}: {
  /** Those there are: a backup never goes over one of them. */
  volumes: readonly Pick<VolumeSummary, 'name'>[];
  onClose: () => void;
}) {
  const t = useTranslations('volumes');
  const trpc = useTRPC();
  const [file, setFile] = useState<File>();
  const [name, setName] = useState('');
  const [digest, setDigest] = useState('');
  const [unproven, setUnproven] = useState(false);
  const [sent, setSent] = useState<number>();
  const [failure, setFailure] = useState<unknown>();
  const [operationId, setOperationId] = useState<string>();
  const sending = useRef<AbortController>(undefined);
  useEffect(() => () => sending.current?.abort(), []);
  const { data: operation } = useQuery(
    trpc.operations.get.queryOptions(
      { operationId: operationId ?? '' },
      {
        enabled: operationId !== undefined,
        refetchInterval: ({ state }) => (state.data !== undefined && !isActive(state.data) ? false : 500),
      },
    ),
  );
  const badDigest = digest !== '' && !DIGEST.test(digest);
  const running = sent !== undefined && operationId === undefined;
  const active = operation !== undefined && isActive(operation);
  const done = operation?.state === 'succeeded';
  // Its own volume has the name now.
  const problem = done ? undefined : volumeNameProblem(name, volumes);
  const blocked = file === undefined || name === '' || problem !== undefined || badDigest;

  async function send() {
    if (file === undefined) return;
    const controller = new AbortController();
    sending.current = controller;
    setFailure(undefined);
    setOperationId(undefined);
    setSent(0);
    const query = new URLSearchParams({ name, unproven: unproven ? '1' : '0', ...(digest === '' ? {} : { digest }) });
    try {
      const path = `/api/uploads/volumes/restore?${query}`;
      setOperationId(await sendFile(path, file, { signal: controller.signal, onSent: setSent }));
    } catch (error) {
      // Closing the dialog ends it; nobody is there to be told.
      if (!controller.signal.aborted) setFailure(error);
      setSent(undefined);
    }
  }
  function choose(files: readonly File[]) {
    const [first] = files;
    if (first === undefined) return;
    setFile(first);
    if (name === '') setName(first.name.replace(/\.tar(?:\.\w+)?$/, '').replace(/[^\w.-]/g, '-'));
  }
  return (
    <FormDialog
      title={t('restoreTitle')}
      action={done ? t('done') : t('restoreAction')}
      busy={running || active}
      blocked={!done && blocked}
      onSubmit={done ? onClose : () => void send()}
      onClose={onClose}
    >
      {failure !== undefined && <ErrorNote error={failure} title={t('restoreFailed')} />}
      {file === undefined ? (
        <DropZone text={t('restoreDrop')} onFiles={choose} />
      ) : (
        <p className="flex justify-between gap-2 text-table">
          <span className="min-w-0 truncate font-medium">{file.name}</span>
          <span className="flex-none text-muted tabular-nums">{formatBytes(file.size)}</span>
        </p>
      )}
      {running && file !== undefined && (
        <div>
          <ProgressBar done={sent} total={file.size} label={file.name} />
          <p className="text-caption text-muted tabular-nums">
            {t('sentOf', { sent: formatBytes(sent), size: formatBytes(file.size) })}
          </p>
        </div>
      )}
      {operation !== undefined && (
        <div role="status" className="text-table">
          <OperationOutcome operation={operation} />
        </div>
      )}
      <VolumeNameField label={t('newName')} name={name} problem={problem} onName={setName} />
      <TextField
        label={t('digest')}
        hint={t('digestHint')}
        error={badDigest ? t('digestBad') : undefined}
        value={digest}
        onChange={(event) => setDigest(event.target.value.trim())}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        mono
      />
      <CheckField
        label={t('unproven')}
        hint={t('unprovenHint')}
        checked={unproven}
        onChange={(event) => setUnproven(event.target.checked)}
      />
    </FormDialog>
  );
}
