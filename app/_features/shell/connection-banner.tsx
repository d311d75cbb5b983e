'use client';
import { useQueryClient } from '@tanstack/react-query';
import { LoaderCircle } from 'lucide';
import { useTranslations } from 'next-intl';
import { useCallback, useSyncExternalStore } from 'react';
import { formatClock } from '../../_lib/format.ts';
import { tryConnecting, useConnection } from '../../_lib/socket.ts';
import { Button } from '../../_ui/button.tsx';
import { Icon } from '../../_ui/icon.tsx';

/** While the live channel is away: what happened, how old the data is, and a way to try at once. */
export function ConnectionBanner() {
  const t = useTranslations('connection');
  const { state, restarting } = useConnection();
  const asOf = useNewestData();
  if (state !== 'lost') return null;
  return (
    <div
      role="status"
      className="flex min-h-10 items-center gap-2.5 border-line border-b bg-warning-soft px-(--page-pad) py-1 text-table"
    >
      <Icon icon={LoaderCircle} className="spin text-warning" />
      <p className="min-w-0 flex-1">
        <span className="font-semibold">{t(restarting ? 'restarting' : 'banner')}</span>{' '}
        {asOf > 0 && <span className="tabular-nums">{t('asOf', { time: formatClock(new Date(asOf)) })}</span>}
      </p>
      <Button size="compact" onClick={tryConnecting}>
        {t('tryNow')}
      </Button>
    </div>
  );
}

/** When the youngest of all data shown was read, in ms since 1970; 0 while there is none. */
function useNewestData(): number {
  const cache = useQueryClient().getQueryCache();
  const subscribe = useCallback((listener: () => void) => cache.subscribe(listener), [cache]);
  const read = () => Math.max(0, ...cache.getAll().map((query) => query.state.dataUpdatedAt));
  return useSyncExternalStore(subscribe, read, () => 0);
}
