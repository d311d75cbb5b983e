'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { shortId } from '../../_lib/format.ts';
import { type ImageSummary, useTRPC } from '../../_lib/trpc.ts';
import { ConfirmDialog, ObjectList } from '../../_ui/dialog.tsx';
import { HolderNote } from '../../_ui/removal-notes.tsx';
import { ErrorNote } from '../../_ui/states.tsx';
import { useImageBytes } from './use-image-bytes.ts';

/**
 * Takes one name away, or deletes the image with all names it had when the dialog opened: the server refuses when they
 * are others by now. An image in use cannot be deleted, and says by whom.
 */
export function RemoveImageDialog({
  image,
  reference,
  onClose,
  onDeleted,
}: {
  image: ImageSummary;
  /** The one name to take away; undefined deletes the image. */
  reference: string | undefined;
  onClose: () => void;
  onDeleted?: () => void;
}) {
  const t = useTranslations('images');
  const bytes = useImageBytes();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [names] = useState(image.references);
  const remove = useMutation(
    trpc.images.remove.mutationOptions({
      onSuccess: () => {
        onClose();
        if (reference === undefined) onDeleted?.();
      },
      onSettled: () => queries.invalidateQueries(trpc.images.pathFilter()),
    }),
  );
  const size = bytes(image.uniqueBytes);
  const kept = image.sizeBytes - image.uniqueBytes;
  const untags = reference !== undefined;
  const blocked = !untags && image.usedBy.length > 0;
  const shown = untags ? [reference] : names.length === 0 ? [shortId(image.id)] : names;
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t(untags ? 'untagTitle' : 'removeTitle')}
      action={untags ? t('untagAction') : t('removeAction', { size })}
      busy={remove.isPending}
      blocked={blocked}
      onAction={() => remove.mutate(untags ? { imageId: reference } : { imageId: image.id, names: [...names] })}
      danger
    >
      {remove.isError && <ErrorNote error={remove.error} title={t('removeFailed')} />}
      <ObjectList
        items={shown.map((name, index) => ({
          name,
          ...(untags || index > 0 ? {} : { aside: bytes(image.sizeBytes) }),
        }))}
      />
      {blocked ? (
        <HolderNote text={t('removeUsed', { count: image.usedBy.length })} containers={image.usedBy} />
      ) : (
        <p className="text-muted">
          {untags ? t('untagText') : t(kept === 0 ? 'removeTextAll' : 'removeText', { size, kept: bytes(kept) })}
        </p>
      )}
    </ConfirmDialog>
  );
}
