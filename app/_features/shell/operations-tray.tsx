'use client';
import { useQuery } from '@tanstack/react-query';
import { CircleX, ListChecks, LoaderCircle } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { Popover } from 'radix-ui';
import { useEffect, useState } from 'react';
import { type Operation, useTRPC } from '../../_lib/trpc.ts';
import { Icon } from '../../_ui/icon.tsx';
import { OperationRow } from '../activity/operation-row.tsx';
import { isActive, isBad } from '../activity/operation-state.ts';

const SEEN_KEY = 'davit-operations-seen';

/** Running work first, then what ended; failures nobody has looked at are counted in red until the tray is opened. */
export function OperationsTray() {
  const t = useTranslations('tray');
  const { data = [] } = useQuery(useTRPC().operations.list.queryOptions({ limit: 20 }));
  const { unseen, markSeen } = useUnseenFailures(data);
  const running = data.filter(isActive);
  const finished = data.filter((operation) => !isActive(operation));
  const label = [t('running', { count: running.length }), ...(unseen > 0 ? [t('failures', { count: unseen })] : [])];
  return (
    <Popover.Root onOpenChange={(open) => open && markSeen()}>
      <Popover.Trigger
        aria-label={label.join(', ')}
        title={t('label')}
        className="flex h-8 items-center gap-1.5 rounded-control px-2 text-muted text-table hover:bg-hover max-md:h-11 max-md:min-w-11 max-md:justify-center"
      >
        <Icon
          icon={running.length > 0 ? LoaderCircle : ListChecks}
          className={running.length > 0 ? 'spin text-accent' : ''}
        />
        {running.length > 0 && <span className="tabular-nums">{running.length}</span>}
        {unseen > 0 && (
          <span className="flex items-center gap-1 text-danger tabular-nums">
            <Icon icon={CircleX} size={14} />
            {unseen}
          </span>
        )}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={6}
          collisionPadding={12}
          aria-label={t('label')}
          className="z-(--z-popover) w-[400px] max-w-[calc(100vw-24px)] overflow-hidden rounded-[10px] border border-line bg-raised text-table shadow-float"
        >
          <div className="flex h-11 items-center justify-between gap-2 border-hairline border-b px-4">
            <h2 className="font-semibold text-body">{t('label')}</h2>
            <Link href="/activity/operations" className="text-accent">
              {t('all')}
            </Link>
          </div>
          {data.length === 0 && <p className="p-4 text-muted">{t('empty')}</p>}
          <div className="max-h-[60vh] overflow-auto">
            <ul>
              {running.map((operation) => (
                <OperationRow key={operation.id} operation={operation} />
              ))}
            </ul>
            {finished.length > 0 && (
              <h3 className="border-hairline border-y bg-canvas px-4 py-1.5 text-caption text-muted first:border-t-0">
                {t('finished')}
              </h3>
            )}
            <ul>
              {finished.map((operation) => (
                <OperationRow key={operation.id} operation={operation} />
              ))}
            </ul>
          </div>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** Of this browser: what failed since the tray was last opened here. */
function useUnseenFailures(operations: readonly Operation[]) {
  const [seenAt, setSeenAt] = useState<number>();
  useEffect(() => {
    const kept = Number(localStorage.getItem(SEEN_KEY) ?? Number.NaN);
    setSeenAt(Number.isFinite(kept) ? kept : 0);
  }, []);
  const unseen =
    seenAt === undefined
      ? 0
      : operations.filter((operation) => isBad(operation) && (operation.finishedAt?.getTime() ?? 0) > seenAt).length;
  return {
    unseen,
    markSeen() {
      // The server's clock dates the operations, so the newest of them is the mark.
      const newest = Math.max(seenAt ?? 0, ...operations.map(({ finishedAt }) => finishedAt?.getTime() ?? 0));
      localStorage.setItem(SEEN_KEY, String(newest));
      setSeenAt(newest);
    },
  };
}
