'use client';
import { useTranslations } from 'next-intl';
import { choose, useDensity, useImageUnit, useKeysOn, useNetworkUnit } from '../../_lib/preferences.ts';
import { CheckField } from '../../_ui/field.tsx';
import { LanguageField, ThemeField } from './look-fields.tsx';
import { ZoneField } from './zone-field.tsx';

/** How the dashboard looks and listens to this person, in every browser. */
export function Preferences() {
  const t = useTranslations('account');
  const keysOn = useKeysOn();
  const density = useDensity();
  const networkUnit = useNetworkUnit();
  const imageUnit = useImageUnit();
  return (
    <div className="flex flex-col gap-3">
      <p className="text-muted text-table">{t('preferencesText')}</p>
      <div className="grid grid-cols-2 gap-3">
        <LanguageField />
        <ThemeField />
      </div>
      <ZoneField />
      <CheckField
        writes
        label={t('compact')}
        hint={t('compactHint')}
        checked={density === 'compact'}
        onChange={(event) => void choose({ density: event.target.checked ? 'compact' : 'comfortable' })}
      />
      <CheckField
        writes
        label={t('bits')}
        hint={t('bitsHint')}
        checked={networkUnit === 'bit'}
        onChange={(event) => void choose({ networkRates: event.target.checked ? 'bit' : 'byte' })}
      />
      <CheckField
        writes
        label={t('decimalSizes')}
        hint={t('decimalSizesHint')}
        checked={imageUnit === 'decimal'}
        onChange={(event) => void choose({ imageSizes: event.target.checked ? 'decimal' : 'binary' })}
      />
      <CheckField
        writes
        label={t('keys')}
        hint={t('keysHint')}
        checked={keysOn}
        onChange={(event) => void choose({ keys: event.target.checked })}
      />
    </div>
  );
}
