'use client';
import { useTranslations } from 'next-intl';
import { LOCALES } from '../../_lib/i18n/locale.ts';
import { THEMES } from '../../_lib/theme.ts';
import { SelectField } from '../../_ui/field.tsx';
import { useLanguage, useThemeChoice } from '../shell/preference-menus.tsx';

export function LanguageField() {
  const t = useTranslations('language');
  const [current, choose] = useLanguage();
  return (
    <SelectField
      writes
      label={t('label')}
      value={current}
      onChange={(event) => choose(event.target.value)}
      options={LOCALES.map((value) => ({ value, label: t(value) }))}
    />
  );
}

export function ThemeField() {
  const t = useTranslations('theme');
  const [current, choose] = useThemeChoice();
  return (
    <SelectField
      writes
      label={t('label')}
      value={current}
      onChange={(event) => choose(event.target.value)}
      options={THEMES.map((value) => ({ value, label: t(value) }))}
    />
  );
}
