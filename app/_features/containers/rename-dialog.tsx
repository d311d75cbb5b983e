'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useTRPC } from '../../_lib/trpc.ts';
import { ConfirmDialog } from '../../_ui/dialog.tsx';
import { TextField } from '../../_ui/field.tsx';
import { ErrorNote } from '../../_ui/states.tsx';

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{1,127}$/;

/** A new name for a container; what connects to it by the old one has to learn the new. */
export function RenameDialog({
  container,
  onClose,
  onRenamed,
}: {
  container: { id: string; name: string };
  onClose: () => void;
  onRenamed?: (name: string) => void;
}) {
  const t = useTranslations('containers');
  const te = useTranslations('error');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [name, setName] = useState(container.name);
  const rename = useMutation(
    trpc.containers.rename.mutationOptions({
      onSuccess: async () => {
        onRenamed?.(name);
        onClose();
        await queries.invalidateQueries(trpc.containers.list.pathFilter());
      },
    }),
  );
  const bad = name !== container.name && !NAME.test(name);
  const blocked = bad || name === container.name;
  const submit = () => rename.mutate({ containerId: container.id, name });
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('renameTitle', { name: container.name })}
      action={t('rename')}
      onAction={submit}
      busy={rename.isPending}
      blocked={blocked}
    >
      {rename.isError && (
        <div className="mb-3">
          <ErrorNote error={rename.error} title={t('verbFailed', { name: container.name })} />
        </div>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!blocked && !rename.isPending) submit();
        }}
      >
        <TextField
          label={t('newName')}
          value={name}
          onChange={(event) => setName(event.target.value)}
          error={bad ? te('name_invalid') : undefined}
          hint={t('renameHint')}
          autoComplete="off"
          spellCheck={false}
          mono
        />
      </form>
    </ConfirmDialog>
  );
}
