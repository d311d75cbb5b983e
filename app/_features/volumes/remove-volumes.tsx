'use client';
import { useMutation, useQueries, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { formatBytes } from '../../_lib/format.ts';
import { useTRPC, type VolumeSummary } from '../../_lib/trpc.ts';
import { useRemoval } from '../../_lib/use-removal.ts';
import { ConfirmDialog, ObjectList } from '../../_ui/dialog.tsx';
import { FailureNote, HolderNote } from '../../_ui/removal-notes.tsx';
import { TypedName } from '../../_ui/typed-name.tsx';

const FRESH_MS = 60_000;

/**
 * Names what goes with its bytes. Only what was listed when the dialog opened is removed, one after the other; what a
 * container took into use meanwhile stays and is named. One volume that is in use cannot be removed: the dialog says by
 * which containers.
 */
export function RemoveVolumesDialog({
  volumes,
  onClose,
  onRemoved,
}: {
  volumes: readonly VolumeSummary[];
  onClose: () => void;
  onRemoved?: () => void;
}) {
  const t = useTranslations('volumes');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const one = useMutation(trpc.volumes.remove.mutationOptions());
  const { listed, failed, busy, start } = useRemoval({
    items: volumes,
    remove: ({ name }) => one.mutateAsync({ volumeName: name }),
    refresh: () => queries.invalidateQueries(trpc.volumes.pathFilter()),
    onDone() {
      onClose();
      onRemoved?.();
    },
  });
  const [typed, setTyped] = useState('');
  const count = listed.length;
  const [first] = listed;
  // A name that was drawn is nothing to type; of several it is their number.
  const word = count === 1 && first !== undefined && !first.anonymous ? first.name : String(count);
  const measured = useQueries({
    queries: listed.map(({ name }) =>
      trpc.volumes.usage.queryOptions({ volumeName: name, maxAgeMs: FRESH_MS }, { staleTime: FRESH_MS, retry: false }),
    ),
  });
  const sizes = measured.map(({ data }) => data?.sizeBytes);
  const known = sizes.every((size) => size !== undefined);
  const size = formatBytes(sizes.reduce<number>((sum, one) => sum + (one ?? 0), 0));
  const users = volumes.length === 1 ? (volumes[0]?.usedBy ?? []) : [];
  const blocked = users.length > 0;
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('removeTitle', { count })}
      action={known ? t('removeActionBytes', { count, size }) : t('removeAction', { count })}
      busy={busy}
      blocked={blocked || count === 0 || typed.trim() !== word}
      onAction={start}
      danger
    >
      <FailureNote
        title={t('removeFailed', { count: failed.length })}
        failed={failed.map(({ item: { name }, error }) => ({ name, error }))}
      />
      <ObjectList
        items={listed.map((volume, index) => ({
          name: volume.name,
          aside: formatBytes(sizes[index]),
          ...(volume.anonymous ? { note: t('anonymous') } : {}),
        }))}
      />
      {blocked ? (
        <HolderNote text={t('removeUsed', { count: users.length })} containers={users} />
      ) : (
        <>
          <p className="text-muted">{t('removeText', { count })}</p>
          <TypedName word={word} value={typed} onChange={setTyped} />
        </>
      )}
    </ConfirmDialog>
  );
}
