'use client';
import { useMutation, useQueries, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { toFailure, useFailureText } from '../../_lib/errors.ts';
import { formatBytes } from '../../_lib/format.ts';
import { useTRPC, type VolumeSummary } from '../../_lib/trpc.ts';
import { ConfirmDialog, ObjectList } from '../../_ui/dialog.tsx';
import { Note } from '../../_ui/states.tsx';
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
  const failureText = useFailureText();
  const [left, setLeft] = useState(volumes);
  const [typed, setTyped] = useState('');
  const count = left.length;
  const [first] = left;
  // A name that was drawn is nothing to type; of several it is their number.
  const word = count === 1 && first !== undefined && !first.anonymous ? first.name : String(count);
  const measured = useQueries({
    queries: left.map(({ name }) =>
      trpc.volumes.usage.queryOptions({ volumeName: name, maxAgeMs: FRESH_MS }, { staleTime: FRESH_MS, retry: false }),
    ),
  });
  const sizes = measured.map(({ data }) => data?.sizeBytes);
  const known = sizes.every((size) => size !== undefined);
  const size = formatBytes(sizes.reduce<number>((sum, one) => sum + (one ?? 0), 0));
  const one = useMutation(trpc.volumes.remove.mutationOptions());
  const all = useMutation({
    async mutationFn() {
      const failed: { volume: VolumeSummary; error: unknown }[] = [];
      for (const volume of left) {
        try {
          await one.mutateAsync({ volumeName: volume.name });
        } catch (error) {
          // Somebody else was faster, and it is gone as was asked for.
          if (toFailure(error).code !== 'not_found') failed.push({ volume, error });
        }
      }
      return failed;
    },
    onSuccess(failed) {
      setLeft(failed.map(({ volume }) => volume));
      if (failed.length > 0) return;
      onClose();
      onRemoved?.();
    },
    onSettled: () => queries.invalidateQueries(trpc.volumes.pathFilter()),
  });
  const users = volumes.length === 1 ? (volumes[0]?.usedBy ?? []) : [];
  const blocked = users.length > 0;
  const failed = all.data ?? [];
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('removeTitle', { count })}
      action={known ? t('removeActionBytes', { count, size }) : t('removeAction', { count })}
      busy={all.isPending}
      blocked={blocked || count === 0 || typed.trim() !== word}
      onAction={() => all.mutate()}
      danger
    >
      {failed.length > 0 && (
        <Note tone="danger" role="alert">
          <p className="font-medium">{t('removeFailed', { count: failed.length })}</p>
          {failed.map(({ volume, error }) => (
            <p key={volume.name}>{failureText(toFailure(error))}</p>
          ))}
        </Note>
      )}
      <ObjectList
        items={left.map((volume, index) => ({
          name: volume.name,
          aside: formatBytes(sizes[index]),
          ...(volume.anonymous ? { note: t('anonymous') } : {}),
        }))}
      />
      {blocked ? (
        <Note tone="warning" role="alert">
          <p>{t('removeUsed', { count: users.length })}</p>
          <ul className="mt-1 flex flex-wrap gap-x-3">
            {users.map(({ id, name }) => (
              <li key={id}>
                <Link href={`/containers/${encodeURIComponent(name)}`} className="font-medium underline">
                  {name}
                </Link>
              </li>
            ))}
          </ul>
        </Note>
      ) : (
        <>
          <p className="text-muted">{t('removeText', { count })}</p>
          <TypedName word={word} value={typed} onChange={setTyped} />
        </>
      )}
    </ConfirmDialog>
  );
}
