'use client';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { formatBytes } from '../../_lib/format.ts';
import { type ContainerSummary, useTRPC } from '../../_lib/trpc.ts';
import { ConfirmDialog, ObjectList } from '../../_ui/dialog.tsx';

type Target = Pick<ContainerSummary, 'id' | 'name' | 'state'>;

/** Names what goes, with its bytes, and what stays, before anything is removed. Only what is listed is removed. */
export function RemoveDialog({
  containers,
  onClose,
  onConfirm,
}: {
  containers: readonly Target[];
  onClose: () => void;
  onConfirm: () => void;
}) {
  const t = useTranslations('containers');
  const trpc = useTRPC();
  const count = containers.length;
  const { data } = useQuery(
    trpc.containers.sizes.queryOptions(
      { containerIds: containers.map(({ id }) => id) },
      { enabled: count > 0, staleTime: 0 },
    ),
  );
  const bytes = new Map(data?.map((one) => [one.id, one.bytes]));
  const total = data?.reduce((sum, one) => sum + one.bytes, 0);
  return (
    <ConfirmDialog
      open={count > 0}
      onOpenChange={(open) => !open && onClose()}
      title={t('removeTitle', { count })}
      action={
        total === undefined ? t('removeAction', { count }) : t('removeActionBytes', { count, size: formatBytes(total) })
      }
      onAction={onConfirm}
      danger
    >
      <ObjectList
        items={containers.map(({ id, name, state }) => ({
          name,
          aside: formatBytes(bytes.get(id)),
          ...(state.status === 'running' || state.status === 'paused' ? { note: t('removeRunning'), warns: true } : {}),
        }))}
      />
      <p className="text-muted">{t('removeText', { count })}</p>
    </ConfirmDialog>
  );
}
