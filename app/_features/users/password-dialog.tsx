'use client';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { ConfirmDialog } from '../../_ui/dialog.tsx';
import { SecretOnce } from '../../_ui/secret-once.tsx';

/** A password that was drawn for somebody: the only time that it is seen. */
export function PasswordDialog({
  title,
  text,
  password,
  onClose,
}: {
  title: string;
  text: string;
  password: string;
  onClose: () => void;
}) {
  const t = useTranslations('users');
  const [stored, setStored] = useState(false);
  return (
    <ConfirmDialog
      open
      // A stray press beside it must not lose what nobody can read again.
      onOpenChange={(open) => !open && stored && onClose()}
      title={title}
      action={t('done')}
      blocked={!stored}
      onAction={onClose}
      only
    >
      <SecretOnce secret={password} text={text} stored={stored} onStored={setStored} />
    </ConfirmDialog>
  );
}
