'use client';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type AbstractIntlMessages, NextIntlClientProvider } from 'next-intl';
import { type ReactNode, useEffect, useState } from 'react';
import { CodeLost } from '../_ui/code-lost.tsx';
import { Toasts } from '../_ui/toasts.tsx';
import { toFailure } from './errors.ts';
import { noteDrawn } from './load-again.ts';
import { useZone } from './preferences.ts';
import { noteIfSessionEnd } from './session-end.ts';
import { followTheme } from './theme.ts';

interface Props {
  locale: string;
  messages: AbstractIntlMessages;
  children: ReactNode;
}

/** Everything that is there once a tab. */
export function Providers({ locale, messages, children }: Props) {
  useEffect(noteDrawn, []);
  useEffect(followTheme, []);
  const [queryClient] = useState(createQueryClient);
  const zone = useZone();
  return (
    // Who chose a zone sees it everywhere at once: whatever shows a time listens to this.
    <NextIntlClientProvider locale={locale} messages={messages} timeZone={zone ?? 'UTC'}>
      <QueryClientProvider client={queryClient}>
        {children}
        <CodeLost />
        <Toasts />
      </QueryClientProvider>
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
