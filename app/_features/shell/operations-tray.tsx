'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { CircleCheck, CircleX, ListChecks, LoaderCircle, X } from 'lucide-react';
import Link from 'next/link';
import { useLocale, useTranslations } from 'next-intl';
import { Popover } from 'radix-ui';

import { formatBytes, formatDuration } from '../../_lib/format.ts';
import { type Operation, useTRPC } from '../../_lib/trpc.ts';
import { Icon } from '../../_ui/icon.tsx';
import { IconButton } from '../../_ui/icon-button.tsx';

/** Running work first, then what ended; progress goes on whatever page is open. */
export function OperationsTray() {
  const t = useTranslations('tray');
  const trpc = useTRPC();
  const { data = [] } = useQuery(trpc.operations.list.queryOptions({ limit: 20 }));
  const running = data.filter(isActive).length;
  return (
    <Popover.Root>
      <Popover.Trigger
        aria-label={t('running', { count: running })}
        title={t('label')}
        className="flex h-8 items-center gap-1.5 rounded-control px-2 text-muted text-table hover:bg-hover max-md:h-11"
      >
        <Icon icon={running > 0 ? LoaderCircle : ListChecks} className={running > 0 ? 'spin text-accent' : ''} />
        {running > 0 && <span className="tabular-nums">{running}</span>}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={6}
          aria-label={t('label')}
          className="z-(--z-popover) w-[400px] max-w-[calc(100vw-24px)] overflow-hidden rounded-[10px] border border-line bg-raised text-table shadow-float"
        >
          {data.length === 0 ? (
            <p className="p-4 text-muted">{t('empty')}</p>
          ) : (
            <ul className="max-h-[60vh] overflow-auto">
              {[...data]
                .sort((a, b) => Number(isActive(b)) - Number(isActive(a)))
                .map((operation) => (
                  <OperationRow key={operation.id} operation={operation} />
                ))}
            </ul>
          )}
          <Link href="/activity/operations" className="block border-hairline border-t px-4 py-2.5 text-accent">
            {t('all')}
          </Link>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function isActive(operation: Operation): boolean {
  return operation.finishedAt === undefined;
}

export function OperationRow({ operation }: { operation: Operation }) {
  const t = useTranslations('op');
  const tray = useTranslations('tray');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const cancel = useMutation(
    trpc.operations.cancel.mutationOptions({
      onSettled: () => queries.invalidateQueries(trpc.operations.pathFilter()),
    }),
  );
  const active = isActive(operation);
  const name = operation.object?.name ?? operation.kind;
  const kindKey = operation.kind.replaceAll('.', '_');
  const bad = operation.state === 'failed' || operation.state === 'interrupted';
  return (
    <li className="flex items-start gap-2.5 border-hairline border-t px-4 py-2.5 first:border-t-0">
      <Icon
        icon={active ? LoaderCircle : bad ? CircleX : CircleCheck}
        className={active ? 'spin mt-0.5 text-accent' : bad ? 'mt-0.5 text-danger' : 'mt-0.5 text-success'}
      />
      <div className="min-w-0 flex-1">
        <p className="truncate">
          <span className="text-muted">{t.has(kindKey) ? t(kindKey) : operation.kind} </span>
          <span className="font-medium">{name}</span>
        </p>
        {active && <ProgressBar operation={operation} label={name} />}
        {active && <Speed operation={operation} />}
        <p className="flex justify-between gap-2 text-caption text-muted tabular-nums">
          <span>{t.has(operation.state) ? t(operation.state) : operation.state}</span>
          {operation.progress !== undefined && operation.progress.doneBytes > 0 && (
            <span>
              {formatBytes(operation.progress.doneBytes)}
              {operation.progress.totalBytes !== undefined && ` / ${formatBytes(operation.progress.totalBytes)}`}
            </span>
          )}
        </p>
      </div>
      {active && (
        <IconButton
          icon={X}
          label={tray('cancel', { name })}
          disabled={cancel.isPending}
          onClick={() => cancel.mutate({ operationId: operation.id })}
        />
      )}
    </li>
  );
}

/** How fast and how long still; nothing while it cannot be told. */
function Speed({ operation }: { operation: Operation }) {
  const t = useTranslations('tray');
  const locale = useLocale();
  const { bytesPerSecond, secondsLeft } = operation.progress ?? {};
  if (bytesPerSecond === undefined) return null;
  return (
    <p className="flex justify-between gap-2 text-caption text-muted tabular-nums">
      <span>{t('speed', { amount: formatBytes(bytesPerSecond) })}</span>
      {secondsLeft !== undefined && <span>{t('timeLeft', { time: formatDuration(secondsLeft * 1000, locale) })}</span>}
    </p>
  );
}

/** Without a known total the bar is empty: a made-up percentage would lie. */
function ProgressBar({ operation, label }: { operation: Operation; label: string }) {
  const { doneBytes = 0, totalBytes } = operation.progress ?? {};
  const percent =
    totalBytes === undefined || totalBytes === 0 ? undefined : Math.min(100, (doneBytes / totalBytes) * 100);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent === undefined ? undefined : Math.round(percent)}
      className="my-1 h-1.5 overflow-hidden rounded-[3px] bg-neutral-soft"
    >
      <div className="h-full bg-accent" style={{ width: `${percent ?? 0}%` }} />
    </div>
  );
}
