'use client';
import { useQuery } from '@tanstack/react-query';
import { ChartLine, Container } from 'lucide';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { useTRPC } from '../../_lib/trpc.ts';
import { LinkButton } from '../../_ui/button.tsx';
import { Page } from '../../_ui/page.tsx';
import { Empty, Note, SkeletonRows } from '../../_ui/states.tsx';
import { Nearest } from '../shell/nearest.tsx';
import { useCan } from '../shell/use-me.ts';
import { containerHref } from './container-actions.tsx';

/** Months: as long as anything is kept of what is gone. */
const KEPT_SECONDS = 366 * 86_400;

/** Whether figures are kept of containers that had this name and are gone. */
function useKept(name: string) {
  const may = useCan()('container:stats');
  return useQuery(
    useTRPC().metrics.removed.queryOptions(
      { removedName: name, lastSeconds: KEPT_SECONDS, points: 2 },
      { enabled: may, retry: false, staleTime: Number.POSITIVE_INFINITY },
    ),
  );
}

/** Instead of the page of a container that is not there: what is left of it, or that nothing is known of it. */
export function Removed({ name, known, stats }: { name: string; known: boolean; stats?: ReactNode }) {
  const t = useTranslations('containers');
  const te = useTranslations('error');
  const kept = useKept(name);
  const others = useQuery(useTRPC().containers.list.queryOptions({}));
  const hasFigures = kept.data !== undefined;
  if (stats !== undefined && hasFigures) return stats;
  const wasThere = known || hasFigures;
  return (
    <Page title={name} section={t('title')}>
      {!known && kept.isLoading ? (
        <SkeletonRows rows={3} />
      ) : (
        <Empty
          icon={Container}
          title={wasThere ? t('removedTitle', { name }) : te('notFoundTitle')}
          text={wasThere ? t('removedText') : te('notFoundText')}
        >
          {!wasThere && (
            <Nearest asked={[name]} names={others.data?.map((one) => one.name) ?? []} hrefOf={containerHref} />
          )}
          <LinkButton href="/containers">{t('toList')}</LinkButton>
          {wasThere && <LinkButton href="/activity/events">{t('toEvents')}</LinkButton>}
          {hasFigures && (
            <LinkButton icon={ChartLine} href={containerHref(name, '/stats?range=24h')}>
              {t('tab_stats')}
            </LinkButton>
          )}
        </Empty>
      )}
    </Page>
  );
}

export function RemovedNote({ name }: { name: string }) {
  const t = useTranslations('containers');
  return (
    <Note tone="info">
      {t('removedTitle', { name })} {t('removedStats')}
    </Note>
  );
}
