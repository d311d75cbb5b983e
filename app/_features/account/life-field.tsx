'use client';
import { useTranslations } from 'next-intl';
import { TOKEN_DAYS } from '#server/trpc/tokens/token-days.schema.ts';
import { SelectField } from '../../_ui/field.tsx';

export const DEFAULT_DAYS = 90;

/** How long a key is good for. */
export function LifeField({ days, onChange }: { days: number; onChange: (days: number) => void }) {
  const t = useTranslations('tokens');
  return (
    <SelectField
      label={t('life')}
      value={String(days)}
      onChange={(event) => onChange(Number(event.target.value))}
      options={TOKEN_DAYS.map((count) => ({ value: String(count), label: t('days', { count }) }))}
    />
  );
}
