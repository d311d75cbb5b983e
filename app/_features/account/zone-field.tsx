'use client';
import { useTranslations } from 'next-intl';
import { useSyncExternalStore } from 'react';
import { choose, useZone } from '../../_lib/preferences.ts';
import { SelectField } from '../../_ui/field.tsx';

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

/** The zone in which moments are shown and typed; by itself that of the browser. */
export function ZoneField() {
  const t = useTranslations('account');
  const { own, all } = useZones();
  return (
    <SelectField
      writes
      label={t('zone')}
      hint={t('zoneHint')}
      value={useZone() ?? ''}
      onChange={(event) => void choose({ zone: event.target.value })}
      options={[
        { value: '', label: t('zoneOfBrowser', { zone: own }) },
        ...all.map((name) => ({ value: name, label: name })),
      ]}
    />
  );
}
