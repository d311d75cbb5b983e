'use client';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { ConfirmDialog, ObjectList } from '../../_ui/dialog.tsx';
import { SelectField } from '../../_ui/field.tsx';

const SIGNALS = [
  'SIGKILL',
  'SIGTERM',
  'SIGINT',
  'SIGHUP',
  'SIGQUIT',
  'SIGUSR1',
  'SIGUSR2',
  'SIGSTOP',
  'SIGCONT',
] as const;

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
      <SelectField
        label={t('signal')}
        value={signal}
        onChange={(event) => setSignal(event.target.value)}
        options={SIGNALS.map((value) => ({ value, label: value }))}
        hint={t(`signal_${signal}`)}
      />
    </ConfirmDialog>
  );
}
