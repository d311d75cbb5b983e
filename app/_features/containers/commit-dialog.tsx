'use client';
import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { toFailure, useFailureText } from '../../_lib/errors.ts';
import { useTRPC } from '../../_lib/trpc.ts';
import { CheckField, TextArea, TextField } from '../../_ui/field.tsx';
import { FormDialog } from '../../_ui/form-dialog.tsx';
import { ErrorNote } from '../../_ui/states.tsx';
import { toast } from '../../_ui/toast.ts';
import { readChanges } from '../images/import-settings.ts';

const OF_REFERENCE = ['reference_invalid'];

/** Makes an image of what a container has changed, as an operation. */
export function CommitDialog({
  container,
  onClose,
}: {
  container: { id: string; name: string; state: { status: string } };
  onClose: () => void;
}) {
  const t = useTranslations('containers');
  const images = useTranslations('images');
  const failureText = useFailureText();
  const router = useRouter();
  const [reference, setReference] = useState('');
  const [changes, setChanges] = useState('');
  const [message, setMessage] = useState('');
  const [pause, setPause] = useState(true);
  const commit = useMutation(
    useTRPC().containers.commit.mutationOptions({
      onSuccess({ operationId }) {
        onClose();
        toast.success(t('commit.started', { name: container.name }), {
          action: {
            label: t('commit.show'),
            onClick: () => router.push(`/activity/operations/${encodeURIComponent(operationId)}`),
          },
        });
      },
    }),
  );
  const read = readChanges(changes);
  const failure = commit.isError ? toFailure(commit.error) : undefined;
  const ofReference = failure?.reason !== undefined && OF_REFERENCE.includes(failure.reason);
  const submit = () =>
    commit.mutate({
      containerId: container.id,
      ...(reference.trim() === '' ? {} : { reference: reference.trim() }),
      ...(message.trim() === '' ? {} : { message: message.trim() }),
      changes: [...read.changes],
      pause,
    });
  return (
    <FormDialog
      title={t('commit.title', { name: container.name })}
      action={t('commit.action')}
      busy={commit.isPending}
      blocked={read.problem !== undefined}
      onSubmit={submit}
      onClose={onClose}
    >
      <p className="text-muted text-table">{t('commit.text')}</p>
      {failure !== undefined && !ofReference && <ErrorNote error={commit.error} title={t('commit.failed')} />}
      <TextField
        label={images('reference')}
        hint={images('referenceHint')}
        error={ofReference && failure !== undefined ? failureText(failure) : undefined}
        value={reference}
        maxLength={255}
        onChange={(event) => {
          commit.reset();
          setReference(event.target.value);
        }}
        autoCapitalize="none"
        autoComplete="off"
        spellCheck={false}
        mono
      />
      <TextArea
        label={images('changes')}
        flag="--change"
        hint={images('changesHint')}
        error={
          read.problem === 'changeLine'
            ? images('changeLine', { line: read.line ?? 0 })
            : read.problem && images('changesLong')
        }
        value={changes}
        onChange={(event) => setChanges(event.target.value)}
        spellCheck={false}
      />
      <TextField
        label={images('message')}
        flag="--message"
        value={message}
        maxLength={1024}
        onChange={(event) => setMessage(event.target.value)}
      />
      {container.state.status === 'running' && (
        <CheckField
          label={t('commit.pause')}
          flag="--pause"
          hint={t('commit.pauseHint')}
          checked={pause}
          onChange={(event) => setPause(event.target.checked)}
        />
      )}
    </FormDialog>
  );
}
