import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useLocale, useTranslations } from 'next-intl';
import { useEffect, useEffectEvent } from 'react';
import { followAccount, setPreferenceKeeper } from '../../_lib/preferences.ts';
import { setTheme, useTheme } from '../../_lib/theme.ts';
import { type Preferences, useTRPC } from '../../_lib/trpc.ts';
import { toast } from '../../_ui/toast.ts';
import { storeLocale } from './preference-menus.tsx';
import { useMe } from './use-me.ts';

/** What is chosen here goes to the account; what was chosen in another browser is followed, also under an open page. */
export function useAccountPreferences(): void {
  const t = useTranslations('account');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const router = useRouter();
  const locale = useLocale();
  const theme = useTheme();
  const chosen = useMe()?.preferences;
  const key = trpc.session.me.queryKey({});
  const { mutateAsync } = useMutation(
    trpc.session.setPreferences.mutationOptions({
      // One after the other: an answer must not take back what was chosen after it was asked for.
      scope: { id: 'preferences' },
      onSuccess: (preferences) =>
        queries.setQueryData(key, (me) => me && { ...me, user: me.user && { ...me.user, preferences } }),
      onError: () => toast.error(t('notKept')),
    }),
  );

  const keep = useEffectEvent(async (preferences: Preferences) => {
    // An answer that is on its way still has what was chosen before.
    await queries.cancelQueries({ queryKey: key });
    // The toast has said what failed; here the choice holds until the page is loaded again.
    await mutateAsync({ preferences }).catch(() => {});
  });
  useEffect(() => {
    setPreferenceKeeper((change) => keep(change));
    return () => setPreferenceKeeper(undefined);
  }, []);

  const follow = useEffectEvent((preferences: Preferences) => {
    if (queries.isMutating({ mutationKey: trpc.session.setPreferences.mutationKey() }) > 0) return;
    followAccount(preferences);
    if (preferences.theme !== undefined && preferences.theme !== theme) setTheme(preferences.theme);
    if (preferences.locale === undefined || preferences.locale === locale) return;
    storeLocale(preferences.locale);
    router.refresh();
  });
  useEffect(() => {
    if (chosen !== undefined) follow(chosen);
  }, [chosen]);
}
