'use client';
import { useQuery } from '@tanstack/react-query';
import { SearchX } from 'lucide';
import { usePathname } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useEffect } from 'react';
import { setPageTitle } from '../../_lib/page-title.ts';
import { useTRPC } from '../../_lib/trpc.ts';
import { LinkButton } from '../../_ui/button.tsx';
import { Empty } from '../../_ui/states.tsx';
import { containerHref } from '../containers/container-actions.tsx';
import { Nearest } from './nearest.tsx';

/** No such address: what it may have meant, and the way home. */
export function NothingHere() {
  const t = useTranslations('error');
  const trpc = useTRPC();
  const { data = [] } = useQuery(trpc.containers.list.queryOptions({}));
  const asked = usePathname().split('/').filter(Boolean).map(decodeURIComponent);
  const title = t('notFoundTitle');
  useEffect(() => setPageTitle(`${title} – Davit`), [title]);
  return (
    <Empty wholePage icon={SearchX} title={title} text={t('notFoundText')}>
      <Nearest asked={asked} names={data.map(({ name }) => name)} hrefOf={containerHref} />
      <LinkButton href="/" variant="primary">
        {t('toHome')}
      </LinkButton>
    </Empty>
  );
}
