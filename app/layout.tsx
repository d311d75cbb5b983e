import '@fontsource-variable/inter/index.css';
import '@fontsource-variable/jetbrains-mono/index.css';
import './globals.css';
import type { Metadata, Viewport } from 'next';
import { headers } from 'next/headers';
import { getLocale, getMessages } from 'next-intl/server';
import type { ReactNode } from 'react';
import { holdSubmitsScript } from './_lib/early-submit.ts';
import { firstPaintScript, rootAttributes } from './_lib/first-paint.ts';
import { loadAgainScript } from './_lib/load-again.ts';
import { Providers } from './_lib/providers.tsx';
import { readMe } from './_lib/session.ts';

export const metadata: Metadata = { title: { default: 'Davit', template: '%s – Davit' }, referrer: 'same-origin' };
export const viewport: Viewport = { width: 'device-width', initialScale: 1, colorScheme: 'light dark' };

export default async function RootLayout({ children }: { children: ReactNode }) {
  const [header, locale, messages, me] = await Promise.all([headers(), getLocale(), getMessages(), readMe()]);
  const nonce = header.get('x-nonce') ?? undefined;
  return (
    <html
      lang={locale === 'zh' ? 'zh-CN' : 'en'}
      suppressHydrationWarning
      {...(me?.user === undefined ? {} : rootAttributes(me.user.preferences))}
    >
      <head>
        <script
          nonce={nonce}
          suppressHydrationWarning
          // biome-ignore lint/security/noDangerouslySetInnerHtml: constants of ours, under the nonce of the policy
          dangerouslySetInnerHTML={{ __html: `${loadAgainScript()};${holdSubmitsScript()};${firstPaintScript()}` }}
        />
      </head>
      <body>
        <Providers locale={locale} messages={messages}>
          {children}
        </Providers>
      </body>
    </html>
  );
}
