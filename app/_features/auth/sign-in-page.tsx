'use client';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useLocale, useTranslations } from 'next-intl';
import { useEffect } from 'react';
import { followAccount } from '../../_lib/preferences.ts';
import { setTheme } from '../../_lib/theme.ts';
import { useTRPC } from '../../_lib/trpc.ts';
import { whenLoaded } from '../../_lib/when-idle.ts';
import { AuthFrame } from './auth-frame.tsx';
import { fetchAhead } from './fetch-ahead.ts';
import { safeReturnPath } from './return-path.ts';
import { type SignedInUser, SignInForm } from './sign-in-form.tsx';

interface Props {
  returnTo: string | undefined;
  /** Name and port that the browser asked for. */
  host: string | undefined;
  /** Addresses of the scripts of the page that sign-in leads to, as far as they are known. */
  scripts: readonly string[];
}

export function SignInPage({ returnTo, host, scripts }: Props) {
  const t = useTranslations('auth');
  const locale = useLocale();
  const router = useRouter();
  const queries = useQueryClient();
  const trpc = useTRPC();
  const target = safeReturnPath(returnTo);
  // While a name and a password are typed.
  useEffect(() => whenLoaded(() => fetchAhead(scripts)), [scripts]);

  function enter({ preferences }: SignedInUser) {
    // Another language is another page.
    if (preferences.locale !== undefined && preferences.locale !== locale) return window.location.assign(target);
    followAccount(preferences);
    if (preferences.theme !== undefined) setTheme(preferences.theme);
    // A tab that has shown somebody's things begins anew: page, sockets and memory are of the new session.
    if (queries.getQueryCache().getAll().length > 0) return window.location.assign(target);
    // What every page asks first, and what most show, while the page itself is on its way.
    void queries.prefetchQuery(trpc.session.me.queryOptions({}, { staleTime: 60_000 }));
    if (/^\/(containers)?([?#]|$)/.test(target)) void queries.prefetchQuery(trpc.containers.list.queryOptions({}));
    router.replace(target);
  }
  return (
    <AuthFrame>
      <SignInForm title={t('signIn')} text={host ?? t('signInText')} onSignedIn={enter} />
    </AuthFrame>
  );
}
