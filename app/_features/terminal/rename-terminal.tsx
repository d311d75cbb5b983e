'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { type OwnTerminal, useTRPC } from '../../_lib/trpc.ts';
import { TextField } from '../../_ui/field.tsx';
import { FormDialog } from '../../_ui/form-dialog.tsx';
import { ErrorNote } from '../../_ui/states.tsx';

/** A name by which one finds it among one's own; empty, and it goes by its command again. */
export function RenameTerminalDialog({ terminal, onClose }: { terminal: OwnTerminal; onClose: () => void }) {
  const t = useTranslations('terminals');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [title, setTitle] = useState(terminal.title ?? '');
  const rename = useMutation(
    trpc.terminals.rename.mutationOptions({
      onSuccess: onClose,
      onSettled: () => queries.invalidateQueries(trpc.terminals.pathFilter()),
    }),
  );
  const submit = () =>
    rename.mutate({ containerId: terminal.containerId, terminalId: terminal.id, title: title.trim() });
  return (
    <FormDialog
      title={t('renameTitle', { command: terminal.args.join(' '), name: terminal.containerName })}
      action={t('rename')}
      busy={rename.isPending}
      onSubmit={submit}
      onClose={onClose}
    >
      {rename.isError && <ErrorNote error={rename.error} title={t('notRenamed')} />}
      <TextField
        label={t('newTitle')}
        hint={t('titleHint')}
        value={title}
        onChange={(event) => setTitle(event.target.value)}
        maxLength={64}
        autoComplete="off"
      />
    </FormDialog>
  );
}
