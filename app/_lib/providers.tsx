'use client';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createTRPCClient, httpBatchLink } from '@trpc/client';
import { type AbstractIntlMessages, NextIntlClientProvider } from 'next-intl';
import { ThemeProvider } from 'next-themes';
import { type ReactNode, useEffect, useState } from 'react';
import { deserialize, serialize } from '#server/trpc/wire.schema.ts';
import { CodeLost } from '../_ui/code-lost.tsx';
import { Toasts } from '../_ui/toasts.tsx';
import { toFailure } from './errors.ts';
import { notedFetch } from './last-answer.ts';
import { noteDrawn } from './load-again.ts';
import { useZone } from './preferences.ts';
import { noteIfSessionEnd } from './session-end.ts';
import { type AppRouter, TRPCProvider } from './trpc.ts';

interface Props {
  nonce: string | undefined;
  locale: string;
  messages: AbstractIntlMessages;
  children: ReactNode;
}

/** Everything that is there once a tab. */
export function Providers({ nonce, locale, messages, children }: Props) {
  useEffect(noteDrawn, []);
  const [queryClient] = useState(createQueryClient);
  const zone = useZone();
  const [trpcClient] = useState(() =>
    createTRPCClient<AppRouter>({
      links: [
        httpBatchLink({
          url: '/api/trpc',
          transformer: { serialize, deserialize },
          fetch: (url, init) => notedFetch(url, init as RequestInit),
        }),
      ],
    }),
  );
  return (
    // Who chose a zone sees it everywhere at once: whatever shows a time listens to this.
    <NextIntlClientProvider locale={locale} messages={messages} timeZone={zone ?? 'UTC'}>
      <ThemeProvider
        attribute="data-theme"
        defaultTheme="system"
        enableColorScheme={false}
        {...(nonce ? { nonce } : {})}
      >
        <QueryClientProvider client={queryClient}>
          <TRPCProvider trpcClient={trpcClient} queryClient={queryClient}>
            {children}
            <CodeLost />
            <Toasts />
          </TRPCProvider>
        </QueryClientProvider>
      </ThemeProvider>
    </NextIntlClientProvider>
  );
}

function createQueryClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError: (error) => noteIfSessionEnd(error) }),
    mutationCache: new MutationCache({
      onError: (error, _variables, _onMutateResult, { state }) => noteIfSessionEnd(error, state.submittedAt),
    }),
    defaultOptions: {
      // A browser without any network still reaches a server on its own computer.
      mutations: { networkMode: 'always' },
      queries: {
        networkMode: 'always',
        // Events invalidate what changes; going back to a page shows what is kept and asks again.
        staleTime: 5_000,
        refetchOnWindowFocus: false,
        retry: (count, error) => {
          const { code } = toFailure(error);
          return count < 3 && (code === 'network' || code === 'unavailable');
        },
      },
    },
  });
}
