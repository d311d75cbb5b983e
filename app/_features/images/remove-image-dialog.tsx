'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { formatBytes, shortId } from '../../_lib/format.ts';
import { type ImageSummary, useTRPC } from '../../_lib/trpc.ts';
import { ConfirmDialog, ObjectList } from '../../_ui/dialog.tsx';
import { ErrorNote } from '../../_ui/states.tsx';

/** Says whether only a name goes or, with the last name, the image itself. */
export function RemoveImageDialog({
  image,
  names,
  onClose,
  onDeleted,
}: {
  image: ImageSummary;
  /** References, or the id of an image without any. */
  names: readonly string[];
  onClose: () => void;
  onDeleted?: () => void;
}) {
  const t = useTranslations('images');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const deletes = names.length >= image.references.length;
  const { mutateAsync: removeName } = useMutation(trpc.images.remove.mutationOptions());
  const remove = useMutation({
    mutationFn: async () => {
      // One after the other: the last name takes the image along.
      for (const imageId of names) await removeName({ imageId });
    },
    onSuccess: () => {
      onClose();
      if (deletes) onDeleted?.();
    },
    onSettled: () => queries.invalidateQueries(trpc.images.list.pathFilter()),
  });
  const users = image.usedBy.map(({ name }) => name).join(', ');
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t(deletes ? 'removeTitle' : 'untagTitle')}
      action={t(deletes ? 'removeAction' : 'untagAction')}
      busy={remove.isPending}
      onAction={() => remove.mutate()}
      danger
    >
      {remove.isError && <ErrorNote error={remove.error} title={t('removeFailed')} />}
      <ObjectList
        items={names.map((name) => ({
          name: name === image.id ? shortId(name) : name,
          ...(deletes ? { aside: formatBytes(image.sizeBytes) } : {}),
        }))}
      />
      <p className="text-muted">
        {deletes ? t('removeText', { size: formatBytes(image.uniqueBytes) }) : t('untagText')}
      </p>
      {deletes && users !== '' && <p className="mt-2">{t('removeUsed', { names: users })}</p>}
    </ConfirmDialog>
  );
}
