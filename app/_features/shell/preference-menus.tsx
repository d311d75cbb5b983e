'use client';
import { Check, Languages, SunMoon } from 'lucide';
import { useRouter } from 'next/navigation';
import { useLocale, useTranslations } from 'next-intl';
import { isLocale, LOCALE_COOKIE, LOCALES } from '../../_lib/i18n/locale.ts';
import { choose } from '../../_lib/preferences.ts';
import { setTheme, THEMES, type Theme, useTheme } from '../../_lib/theme.ts';
import { Button } from '../../_ui/button.tsx';
import { IconButton } from '../../_ui/icon-button.tsx';
import { Menu, MenuItem } from '../../_ui/menu.tsx';

const YEAR_SECONDS = 31_536_000;

/** For pages of nobody; an account has its own. */
export function storeLocale(locale: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the cookie store API is missing in Firefox and over plain http
  document.cookie = `${LOCALE_COOKIE}=${locale}; Path=/; Max-Age=${YEAR_SECONDS}; SameSite=Lax`;
}

/** The one that is spoken, and how another one is chosen. */
export function useLanguage(): [current: string, choose: (locale: string) => void] {
  const router = useRouter();
  return [
    useLocale(),
    (locale) => {
      if (!isLocale(locale)) return;
      storeLocale(locale);
      // The page is made in the language of the account: it has to know first.
      void choose({ locale }).then(() => router.refresh());
    },
  ];
}

export function LanguageSwitch({ withText = false }: { withText?: boolean }) {
  const t = useTranslations('language');
  const [current, chooseLanguage] = useLanguage();
  const trigger = withText ? (
    <Button variant="ghost" size="compact" icon={Languages} aria-label={t('choice', { name: t(current) })}>
      {t(current)}
    </Button>
  ) : (
    <IconButton icon={Languages} label={t('label')} size="bar" />
  );
  return (
    <Menu trigger={trigger} label={t('label')}>
      {LOCALES.map((locale) => (
        <MenuItem key={locale} {...(locale === current ? { icon: Check } : {})} onSelect={() => chooseLanguage(locale)}>
          {t(locale)}
        </MenuItem>
      ))}
    </Menu>
  );
}

export function useThemeChoice(): [current: Theme, choose: (theme: string) => void] {
  return [
    useTheme(),
    (name) => {
      const theme = THEMES.find((one) => one === name);
      if (theme === undefined) return;
      setTheme(theme);
      void choose({ theme });
    },
  ];
}

export function ThemeSwitch({ withText = false }: { withText?: boolean }) {
  const t = useTranslations('theme');
  const [current, chooseTheme] = useThemeChoice();
  const trigger = withText ? (
    <Button variant="ghost" size="compact" icon={SunMoon} aria-label={t('choice', { name: t(current) })}>
      {t(current)}
    </Button>
  ) : (
    <IconButton icon={SunMoon} label={t('label')} size="bar" />
  );
  return (
    <Menu trigger={trigger} label={t('label')}>
      {THEMES.map((name) => (
        <MenuItem key={name} {...(name === current ? { icon: Check } : {})} onSelect={() => chooseTheme(name)}>
          {t(name)}
        </MenuItem>
      ))}
    </Menu>
  );
}
