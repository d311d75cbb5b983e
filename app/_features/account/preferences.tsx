'use client';
import { useTranslations } from 'next-intl';
import { useSyncExternalStore } from 'react';
import { setDensity, setKeysOn, setZone, useDensity, useKeysOn, useZone } from '../../_lib/preferences.ts';
import { CheckField, SelectField } from '../../_ui/field.tsx';
import { LanguageSwitch, ThemeSwitch } from '../shell/preference-menus.tsx';

interface Zones {
  own: string;
  /** Names of zones are names: they are the same in every language. */
  all: readonly string[];
}

const UNKNOWN: Zones = { own: '', all: [] };
let zones: Zones | undefined;
const neverChanges = () => () => {};

function readZones(): Zones {
  zones ??= {
    own: new Intl.DateTimeFormat().resolvedOptions().timeZone,
    all: ['UTC', ...Intl.supportedValuesOf('timeZone').filter((name) => name !== 'UTC')],
  };
  return zones;
}

/** Of this browser; the server that renders the page may know others. */
function useZones(): Zones {
  return useSyncExternalStore(neverChanges, readZones, () => UNKNOWN);
}

/** How the dashboard looks and listens in this browser. */
export function Preferences() {
  const t = useTranslations('account');
  const keysOn = useKeysOn();
  const density = useDensity();
  const zone = useZone();
  const { own, all } = useZones();
  return (
    <div className="flex flex-col gap-3">
      <div className="flex gap-2">
        <LanguageSwitch withText />
        <ThemeSwitch withText />
      </div>
      <SelectField
        label={t('zone')}
        hint={t('zoneHint')}
        value={zone ?? ''}
        onChange={(event) => setZone(event.target.value || undefined)}
        options={[
          { value: '', label: t('zoneOfBrowser', { zone: own }) },
          ...all.map((name) => ({ value: name, label: name })),
        ]}
      />
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
