'use client';
import { useTranslations } from 'next-intl';
import { CopyField } from './copy-field.tsx';
import { CheckField } from './field.tsx';
import { Note } from './states.tsx';

/** A secret that no later answer has: it is left only after a tick that it was stored. */
export function SecretOnce({
  secret,
  text,
  stored,
  onStored,
}: {
  secret: string;
  /** Whose it is and what it is for. */
  text: string;
  stored: boolean;
  onStored: (stored: boolean) => void;
}) {
  const t = useTranslations('ui');
  return (
    <div className="flex flex-col gap-3">
      <p>{text}</p>
      <CopyField text={secret} />
      <Note tone="warning">{t('shownOnce')}</Note>
      <CheckField label={t('haveStored')} checked={stored} onChange={(event) => onStored(event.target.checked)} />
    </div>
  );
}
