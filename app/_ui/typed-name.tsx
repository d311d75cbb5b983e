'use client';
import { useTranslations } from 'next-intl';
import { TextField } from './field.tsx';

/** What cannot be undone is confirmed by typing what it is about; spaces around it do not matter. */
export function TypedName({
  word,
  value,
  onChange,
}: {
  /** What has to be typed: the name, or how many. */
  word: string;
  value: string;
  onChange: (value: string) => void;
}) {
  const t = useTranslations('ui');
  return (
    <div className="mt-3">
      <TextField
        label={t('typeToConfirm', { word })}
        mono
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}
