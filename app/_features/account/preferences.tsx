'use client';
import { useTranslations } from 'next-intl';
import { setDensity, setKeysOn, useDensity, useKeysOn } from '../../_lib/preferences.ts';
import { CheckField } from '../../_ui/field.tsx';
import { LanguageSwitch, ThemeSwitch } from '../shell/preference-menus.tsx';

/** How the dashboard looks and listens in this browser. */
export function Preferences() {
  const t = useTranslations('account');
  const keysOn = useKeysOn();
  const density = useDensity();
  return (
    <div className="flex flex-col gap-3">
      <div className="flex gap-2">
        <LanguageSwitch withText />
        <ThemeSwitch withText />
      </div>
      <CheckField
        label={t('compact')}
        hint={t('compactHint')}
        checked={density === 'compact'}
        onChange={(event) => setDensity(event.target.checked ? 'compact' : 'comfortable')}
      />
      <CheckField
        label={t('keys')}
        hint={t('keysHint')}
        checked={keysOn}
        onChange={(event) => setKeysOn(event.target.checked)}
      />
    </div>
  );
}
