'use client';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { ConfirmDialog, ObjectList } from '../../_ui/dialog.tsx';
import { SignalField } from './signal-field.tsx';

/** Sends a signal to the main process of each; SIGKILL leaves it no time to finish. */
export function KillDialog({
  containers,
  onClose,
  onConfirm,
}: {
  containers: readonly { id: string; name: string }[];
  onClose: () => void;
  onConfirm: (signal: string) => void;
}) {
  const t = useTranslations('containers');
  const [signal, setSignal] = useState<string>('SIGKILL');
  const count = containers.length;
  return (
    <ConfirmDialog
      open={count > 0}
      onOpenChange={(open) => !open && onClose()}
      title={t('killTitle', { count })}
      action={t('killAction', { count, signal })}
      onAction={() => onConfirm(signal)}
      danger
    >
      <ObjectList items={containers.map(({ name }) => ({ name }))} />
      <SignalField value={signal} onChange={setSignal} />
    </ConfirmDialog>
  );
}
