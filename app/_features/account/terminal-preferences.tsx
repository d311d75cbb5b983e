'use client';
import { useTranslations } from 'next-intl';
import { chooseForTerminals, useTerminalChoices } from '../../_lib/preferences.ts';
import { CheckField, SelectField } from '../../_ui/field.tsx';
import { LEAVE_KEYS } from '../terminal/keys.ts';

const SCROLLBACKS = [1_000, 5_000, 10_000, 25_000, 50_000];
const KEPT_MINUTES = [0, 5, 15, 30, 60, 240, 720, 1_440];

/** How terminals behave for this person, in every browser. */
export function TerminalPreferences() {
  const t = useTranslations('account');
  const { scrollbackLines, keepMinutes, askPaste, screenReader, leaveKey } = useTerminalChoices();
  return (
    <div className="flex flex-col gap-3">
      <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
        <SelectField
          writes
          label={t('scrollback')}
          value={String(scrollbackLines)}
          onChange={(event) => chooseForTerminals({ scrollbackLines: Number(event.target.value) })}
          options={SCROLLBACKS.map((count) => ({ value: String(count), label: t('lines', { count }) }))}
        />
        <SelectField
          writes
          label={t('leaveKey')}
          hint={t('leaveKeyHint')}
          value={leaveKey}
          onChange={(event) => {
            const chosen = LEAVE_KEYS.find((key) => key === event.target.value);
            if (chosen !== undefined) chooseForTerminals({ leaveKey: chosen });
          }}
          options={LEAVE_KEYS.map((value) => ({ value, label: value }))}
        />
      </div>
      <SelectField
        writes
        label={t('keepShell')}
        hint={t('keepShellHint')}
        value={String(keepMinutes)}
        onChange={(event) => chooseForTerminals({ keepMinutes: Number(event.target.value) })}
        options={KEPT_MINUTES.map((minutes) => ({ value: String(minutes), label: t('kept', { minutes }) }))}
      />
      <CheckField
        writes
        label={t('askPaste')}
        hint={t('askPasteHint')}
        checked={askPaste}
        onChange={(event) => chooseForTerminals({ askPaste: event.target.checked })}
      />
      <CheckField
        writes
        label={t('screenReader')}
        hint={t('screenReaderHint')}
        checked={screenReader}
        onChange={(event) => chooseForTerminals({ screenReader: event.target.checked })}
      />
    </div>
  );
}
