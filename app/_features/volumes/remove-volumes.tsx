'use client';
import { useMutation, useQueries, useQueryClient } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide';
import { useLocale, useTranslations } from 'next-intl';
import { useState } from 'react';
import { formatBytes, formatTime } from '../../_lib/format.ts';
import { useTRPC, type VolumeSummary } from '../../_lib/trpc.ts';
import { useRemoval } from '../../_lib/use-removal.ts';
import { Facts } from '../../_ui/card.tsx';
import { ConfirmDialog, ObjectList } from '../../_ui/dialog.tsx';
import { FailureNote, HolderNote } from '../../_ui/removal-notes.tsx';
import { Note } from '../../_ui/states.tsx';
import { TypedName } from '../../_ui/typed-name.tsx';
import { volumeTitle } from './volume-columns.tsx';

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
  const lastUsed = useLastUsed();
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
      title={
        first !== undefined && count === 1 ? t('removeOne', { name: volumeTitle(first) }) : t('removeTitle', { count })
      }
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
      {count === 1 && first !== undefined ? (
        <OneVolume volume={first} usage={measured[0]?.data} users={users} />
      ) : (
        <>
          <ObjectList
            items={listed.map((volume, index) => ({
              name: volume.name,
              aside: formatBytes(sizes[index]),
              note: lastUsed(volume) ?? t('lastUseUnknown'),
            }))}
          />
          <p className="text-muted">{t('removeText', { count })}</p>
        </>
      )}
      {!blocked && <TypedName word={word} value={typed} onChange={setTyped} />}
    </ConfirmDialog>
  );
}

/** What goes with it, who has it and who had it last. */
function OneVolume({
  volume,
  usage,
  users,
}: {
  volume: VolumeSummary;
  usage: { sizeBytes: number; inodes: number } | undefined;
  users: VolumeSummary['usedBy'];
}) {
  const t = useTranslations('volumes');
  const lastUsed = useLastUsed();
  if (users.length > 0) return <HolderNote text={t('removeUsed', { count: users.length })} containers={users} />;
  return (
    <>
      <Note tone="danger" icon={TriangleAlert}>
        <p className="font-medium">
          {usage === undefined
            ? t('removeText', { count: 1 })
            : t('removeBytes', { size: formatBytes(usage.sizeBytes), count: usage.inodes })}
        </p>
      </Note>
      <div className="mt-3.5">
        <Facts
          items={[
            { term: t('users'), value: t('usedByNone') },
            { term: t('lastUse'), value: lastUsed(volume) ?? <span title={t('lastUseUnknown')}>–</span> },
          ]}
        />
      </div>
    </>
  );
}

/** By which container that is gone now, and when; undefined where none was seen. */
function useLastUsed(): (volume: VolumeSummary) => string | undefined {
  const t = useTranslations('volumes');
  const locale = useLocale();
  return ({ lastUse }) =>
    lastUse && t('lastUseBy', { time: formatTime(lastUse.at, locale), name: lastUse.containerName });
}
