'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { type ImageSummary, useTRPC } from '../../_lib/trpc.ts';
import { useRemoval } from '../../_lib/use-removal.ts';
import { ConfirmDialog, ObjectList } from '../../_ui/dialog.tsx';
import { FailureNote } from '../../_ui/removal-notes.tsx';
import { imageName } from './image-columns.tsx';
import { useImageBytes } from './use-image-bytes.ts';

interface Props {
  /** As they were when the dialog was asked for: what was listed is what goes. */
  images: readonly ImageSummary[];
  onClose: () => void;
  /** Those that are still there stay chosen. */
  onLeft: (ids: readonly string[]) => void;
}

/** Deletes several images with the names they had when the list was shown. One in use is not touched, and said so before. */
export function RemoveImagesDialog({ images, onClose, onLeft }: Props) {
  const t = useTranslations('images');
  const bytes = useImageBytes();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const one = useMutation(trpc.images.remove.mutationOptions());
  // One after the other: each frees layers that the next one may have shared with it.
  const { listed, free, failed, busy, start } = useRemoval({
    items: images,
    isFree: ({ usedBy }) => usedBy.length === 0,
    remove: ({ id, references }) => one.mutateAsync({ imageId: id, names: [...references] }),
    refresh: () => queries.invalidateQueries(trpc.images.pathFilter()),
    onLeft: (left) => onLeft(left.map(({ id }) => id)),
    onDone: onClose,
  });
  const { data: removal } = useQuery(
    trpc.images.removal.queryOptions({ imageIds: free.map(({ id }) => id) }, { enabled: free.length > 0 && !busy }),
  );
  const size = bytes(removal?.freedBytes);

  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('removeManyTitle', { count: free.length })}
      action={t('removeManyAction', { count: free.length, size })}
      busy={busy}
      blocked={free.length === 0}
      onAction={start}
      danger
    >
      <FailureNote
        title={t('removeManyFailed', { count: failed.length })}
        failed={failed.map(({ item, error }) => ({ name: imageName(item), error }))}
      />
      <ObjectList
        items={listed.map((image) => ({
          name: [imageName(image), ...image.references.slice(1)].join(', '),
          aside: bytes(image.sizeBytes),
          ...(image.usedBy.length > 0 ? { note: t('removeManyUsed', { names: usersOf(image) }) } : {}),
        }))}
      />
      <p className="text-muted">{t('removeManyText', { size })}</p>
    </ConfirmDialog>
  );
}

function usersOf({ usedBy }: ImageSummary): string {
  return usedBy.map(({ name }) => name).join(', ');
}
