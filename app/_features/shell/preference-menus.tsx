'use client';
import { Check, Languages, SunMoon } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useLocale, useTranslations } from 'next-intl';
import { useTheme } from 'next-themes';
import { useSyncExternalStore } from 'react';
import { LOCALE_COOKIE, LOCALES } from '../../_lib/i18n/locale.ts';
import { choose } from '../../_lib/preferences.ts';
import { Button } from '../../_ui/button.tsx';
import { IconButton } from '../../_ui/icon-button.tsx';
import { Menu, MenuItem } from '../../_ui/menu.tsx';

const THEMES = ['system', 'light', 'dark'] as const;
const YEAR_SECONDS = 31_536_000;

/** For pages of nobody; an account has its own. */
export function storeLocale(locale: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the cookie store API is missing in Firefox and over plain http
  document.cookie = `${LOCALE_COOKIE}=${locale}; Path=/; Max-Age=${YEAR_SECONDS}; SameSite=Lax`;
}

export function LanguageSwitch({ withText = false }: { withText?: boolean }) {
  const t = useTranslations('language');
  const current = useLocale();
  const router = useRouter();
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
        <MenuItem
          key={locale}
          {...(locale === current ? { icon: Check } : {})}
          onSelect={() => {
            storeLocale(locale);
            // The page is made in the language of the account: it has to know first.
            void choose({ locale }).then(() => router.refresh());
          }}
        >
          {t(locale)}
        </MenuItem>
      ))}
    </Menu>
  );
}

const never = () => () => {};

export function ThemeSwitch({ withText = false }: { withText?: boolean }) {
  const t = useTranslations('theme');
  const { theme, setTheme } = useTheme();
  // The choice is known in the browser only; the server's text is the default.
  const mounted = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  const current = THEMES.find((name) => mounted && name === theme) ?? 'system';
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
        <MenuItem
          key={name}
          {...(name === current ? { icon: Check } : {})}
          onSelect={() => {
            setTheme(name);
            void choose({ theme: name });
          }}
        >
          {t(name)}
        </MenuItem>
      ))}
    </Menu>
  );
}
