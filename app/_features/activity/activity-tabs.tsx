'use client';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useTRPC } from '../../_lib/trpc.ts';
import { Tabs } from '../../_ui/tabs.tsx';
import { isActive } from './operation-state.ts';

/** The views of what goes on and went on. */
export function ActivityTabs() {
  const t = useTranslations('nav');
  // The answer that the tray of the shell has already.
  const { data = [] } = useQuery(useTRPC().operations.list.queryOptions({ limit: 20 }));
  const running = data.filter(isActive).length;
  return (
    <Tabs
      label={t('activity')}
      tabs={[
        { href: '/activity/operations', label: t('operations'), count: running > 0 ? running : undefined },
        { href: '/activity/events', label: t('events') },
      ]}
    />
  );
}
