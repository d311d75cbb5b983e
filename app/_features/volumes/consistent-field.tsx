'use client';
import { useTranslations } from 'next-intl';
import type { VolumeSummary } from '../../_lib/trpc.ts';
import { CheckField } from '../../_ui/field.tsx';

/** Whether the containers that write into the volume stand still during a copy; absent when none runs. */
export function ConsistentField({
  volume,
  checked,
  onChange,
}: {
  volume: Pick<VolumeSummary, 'usedBy'>;
  checked: boolean;
  onChange: (checked: boolean) => void;
}) {
  const t = useTranslations('volumes');
  const names = volume.usedBy.filter(({ running }) => running).map(({ name }) => name);
  if (names.length === 0) return null;
  return (
    <CheckField
      label={t('consistent')}
      hint={t('consistentHint', { names: names.join(', ') })}
      checked={checked}
      onChange={(event) => onChange(event.target.checked)}
    />
  );
}
