import '@fontsource-variable/inter/index.css';
import '@fontsource-variable/jetbrains-mono/index.css';
import './globals.css';
import type { Metadata, Viewport } from 'next';
import { headers } from 'next/headers';
import { getLocale, getMessages } from 'next-intl/server';
import type { ReactNode } from 'react';
import { Providers } from './_lib/providers.tsx';

export const metadata: Metadata = { title: { default: 'Davit', template: '%s – Davit' }, referrer: 'same-origin' };
export const viewport: Viewport = { width: 'device-width', initialScale: 1, colorScheme: 'light dark' };

export default async function RootLayout({ children }: { children: ReactNode }) {
  const [header, locale, messages] = await Promise.all([headers(), getLocale(), getMessages()]);
  return (
    <html lang={locale === 'zh' ? 'zh-CN' : 'en'} suppressHydrationWarning>
      <body>
        <Providers nonce={header.get('x-nonce') ?? undefined} locale={locale} messages={messages}>
          {children}
        </Providers>
      </body>
    </html>
  );
}
