'use client';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { toFailure, useFailureText } from '../../_lib/errors.ts';
import { formatBytes } from '../../_lib/format.ts';
import { type ImageSummary, useTRPC, useTRPCClient } from '../../_lib/trpc.ts';
import { ConfirmDialog, ObjectList } from '../../_ui/dialog.tsx';
import { Note } from '../../_ui/states.tsx';
import { imageName } from './image-columns.tsx';

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
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queries = useQueryClient();
  const textOf = useFailureText();
  const [busy, setBusy] = useState(false);
  const [failures, setFailures] = useState<readonly { image: ImageSummary; error: unknown }[]>([]);
  const todo = failures.length > 0 ? failures.map(({ image }) => image) : images;
  const free = todo.filter(({ usedBy }) => usedBy.length === 0);
  const { data: removal } = useQuery(
    trpc.images.removal.queryOptions({ imageIds: free.map(({ id }) => id) }, { enabled: free.length > 0 && !busy }),
  );
  const size = formatBytes(removal?.freedBytes);

  async function remove() {
    setBusy(true);
    const failed: { image: ImageSummary; error: unknown }[] = [];
    // One after the other: each frees layers that the next one may have shared with it.
    for (const image of free) {
      try {
        await client.images.remove.mutate({ imageId: image.id, names: [...image.references] });
      } catch (error) {
        failed.push({ image, error });
      }
    }
    await queries.invalidateQueries(trpc.images.pathFilter());
    setBusy(false);
    setFailures(failed);
    const used = images.filter(({ usedBy }) => usedBy.length > 0).map(({ id }) => id);
    onLeft([...used, ...failed.map(({ image }) => image.id)]);
    if (failed.length === 0) onClose();
  }

  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('removeManyTitle', { count: free.length })}
      action={t('removeManyAction', { count: free.length, size })}
      busy={busy}
      blocked={free.length === 0}
      onAction={() => void remove()}
      danger
    >
      {failures.length > 0 && (
        <Note tone="danger" role="alert">
          <ul>
            {failures.map(({ image, error }) => (
              <li key={image.id}>
                <span className="font-medium">{imageName(image)}</span> {textOf(toFailure(error))}
              </li>
            ))}
          </ul>
        </Note>
      )}
      <ObjectList
        items={todo.map((image) => ({
          name: [imageName(image), ...image.references.slice(1)].join(', '),
          aside: formatBytes(image.sizeBytes),
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
