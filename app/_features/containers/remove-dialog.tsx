'use client';
import { useTranslations } from 'next-intl';
import type { ContainerSummary } from '../../_lib/trpc.ts';
import { ConfirmDialog, ObjectList } from '../../_ui/dialog.tsx';

/** Names what goes and what stays before anything is removed. */
export function RemoveDialog({
  containers,
  onClose,
  onConfirm,
}: {
  containers: readonly ContainerSummary[];
  onClose: () => void;
  onConfirm: () => void;
}) {
  const t = useTranslations('containers');
  const count = containers.length;
  return (
    <ConfirmDialog
      open={count > 0}
      onOpenChange={(open) => !open && onClose()}
      title={t('removeTitle', { count })}
      action={t('removeAction', { count })}
      onAction={onConfirm}
      danger
    >
      <ObjectList
        items={containers.map((container) => ({
          name: container.name,
          aside: container.image,
          ...(container.state.status === 'running' ? { note: t('removeRunning') } : {}),
        }))}
      />
      <p className="text-muted">{t('removeText')}</p>
    </ConfirmDialog>
  );
}
