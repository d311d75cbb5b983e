'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useTRPC } from '../../_lib/trpc.ts';
import { useOfferUndo } from '../../_lib/use-offer-undo.ts';
import { TextField } from '../../_ui/field.tsx';
import { FormDialog } from '../../_ui/form-dialog.tsx';
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
  const offerUndo = useOfferUndo();
  // The page follows the event, also after this dialog has gone.
  const { mutateAsync: takeBack } = useMutation(trpc.containers.rename.mutationOptions());
  const rename = useMutation(
    trpc.containers.rename.mutationOptions({
      onSuccess: async () => {
        onRenamed?.(name);
        onClose();
        offerUndo(t('done_rename', { before: container.name, name }), () =>
          takeBack({ containerId: container.id, name: container.name }),
        );
        await queries.invalidateQueries(trpc.containers.list.pathFilter());
      },
    }),
  );
  const bad = name !== container.name && !NAME.test(name);
  const blocked = bad || name === container.name;
  const submit = () => rename.mutate({ containerId: container.id, name });
  return (
    <FormDialog
      title={t('renameTitle', { name: container.name })}
      action={t('rename')}
      busy={rename.isPending}
      blocked={blocked}
      onSubmit={submit}
      onClose={onClose}
    >
      {rename.isError && <ErrorNote error={rename.error} title={t('verbFailed', { name: container.name })} />}
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
    </FormDialog>
  );
}
