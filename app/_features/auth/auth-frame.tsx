'use client';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { Wordmark } from '../../_ui/mark.tsx';
import { LanguageSwitch, ThemeSwitch } from '../shell/preference-menus.tsx';

/** One card of 400 px with the mark above and the switches below. */
export function AuthFrame({ children }: { children: ReactNode }) {
  const t = useTranslations('auth');
  return (
    <main className="flex min-h-screen flex-col items-center justify-center gap-6 px-3 py-6">
      <Wordmark className="h-[29px] text-accent" label={t('product')} />
      <section className="w-[400px] max-w-full rounded-dialog border border-line bg-surface p-7 max-sm:p-5">
        {children}
      </section>
      <div className="flex gap-4">
        <LanguageSwitch withText />
        <ThemeSwitch withText />
      </div>
    </main>
  );
}
