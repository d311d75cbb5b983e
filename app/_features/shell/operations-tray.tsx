'use client';
import { useQuery } from '@tanstack/react-query';
import { CircleX, ListChecks, LoaderCircle } from 'lucide';
import { useTranslations } from 'next-intl';
import { useEffect, useRef, useState } from 'react';
import { lazyPart } from '../../_lib/lazy-part.tsx';
import { type Operation, useTRPC } from '../../_lib/trpc.ts';
import { Icon } from '../../_ui/icon.tsx';
import { isActive, isBad } from '../activity/operation-state.ts';

const OperationsPanel = lazyPart(() => import('./operations-panel.tsx').then((module) => module.OperationsPanel));

const SEEN_KEY = 'davit-operations-seen';

/** Running work first, then what ended; failures nobody has looked at are counted in red until the tray is opened. */
export function OperationsTray() {
  const t = useTranslations('tray');
  const { data = [] } = useQuery(useTRPC().operations.list.queryOptions({ limit: 20 }));
  const { unseen, markSeen } = useUnseenFailures(data);
  const running = data.filter(isActive);
  const button = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const label = [t('running', { count: running.length }), ...(unseen > 0 ? [t('failures', { count: unseen })] : [])];
  return (
    <>
      <button
        ref={button}
        type="button"
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-label={label.join(', ')}
        title={t('label')}
        className="flex h-8 items-center gap-1.5 rounded-control px-2 text-muted text-table hover:bg-hover max-md:h-11 max-md:min-w-11 max-md:justify-center"
        onPointerEnter={OperationsPanel.prepare}
        onFocus={OperationsPanel.prepare}
        onClick={() => {
          if (!open) markSeen();
          setOpen(!open);
        }}
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
      </button>
      {open && <OperationsPanel operations={data} button={button} onClose={() => setOpen(false)} />}
    </>
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
