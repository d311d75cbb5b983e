'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { toFailure, useFailureText } from '../../_lib/errors.ts';
import { type ImageSummary, useTRPC } from '../../_lib/trpc.ts';
import { TextField } from '../../_ui/field.tsx';
import { FormDialog } from '../../_ui/form-dialog.tsx';

/** Gives an image one more name. */
export function TagDialog({ image, onClose }: { image: Pick<ImageSummary, 'id'>; onClose: () => void }) {
  const t = useTranslations('images');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const failureText = useFailureText();
  const [reference, setReference] = useState('');
  const tag = useMutation(
    trpc.images.tag.mutationOptions({
      onSuccess: async () => {
        await queries.invalidateQueries(trpc.images.pathFilter());
        onClose();
      },
    }),
  );
  return (
    <FormDialog
      title={t('tagTitle')}
      action={t('tagAction')}
      busy={tag.isPending}
      blocked={reference.trim() === ''}
      onSubmit={() => tag.mutate({ imageId: image.id, reference: reference.trim() })}
      onClose={onClose}
    >
      <TextField
        label={t('reference')}
        hint={t('tagHint')}
        error={tag.isError ? failureText(toFailure(tag.error)) : undefined}
        value={reference}
        onChange={(event) => setReference(event.target.value)}
        maxLength={255}
        autoCapitalize="none"
        spellCheck={false}
        mono
      />
    </FormDialog>
  );
}
