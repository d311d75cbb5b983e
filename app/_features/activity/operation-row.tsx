import { useMutation, useQueryClient } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import { cx } from '../../_lib/cx.ts';
import { formatClock } from '../../_lib/format.ts';
import { type Operation, useTRPC } from '../../_lib/trpc.ts';
import { Icon } from '../../_ui/icon.tsx';
import { IconButton } from '../../_ui/icon-button.tsx';
import { Link } from '../../_ui/link.tsx';
import { useCanOn } from '../shell/use-me.ts';
import { OperationOutcome } from './operation-outcome.tsx';
import { isActive, lookOf, stateKey, tookText } from './operation-state.ts';
import { RetryIcon } from './retry-operation.tsx';

/** One operation with its progress or outcome, for the tray, Home and phones. */
export function OperationRow({ operation }: { operation: Operation }) {
  const t = useTranslations('op');
  const locale = useLocale();
  const { icon, color, spin } = lookOf(operation);
  const { finishedAt } = operation;
  return (
    <li className="flex items-start gap-2.5 border-hairline border-t px-4 py-2.5 text-table first:border-t-0">
      <Icon icon={icon} className={cx('mt-0.5', color, spin && 'spin')} />
      <div className="min-w-0 flex-1">
        <p className="truncate leading-6">
          <OperationTitle operation={operation} />
        </p>
        <div className="pb-0.5 text-caption [overflow-wrap:anywhere] [&_a]:leading-6">
          <OperationOutcome operation={operation} />
        </div>
        <p className="flex justify-between gap-2 text-caption text-muted tabular-nums">
          <span className="truncate">
            {t(stateKey(operation))} · {t('by', { name: operation.actorName })}
          </span>
          {finishedAt !== undefined && (
            <span className="flex-none">
              {tookText(finishedAt.getTime() - operation.startedAt.getTime(), locale)} · {formatClock(finishedAt)}
            </span>
          )}
        </p>
      </div>
      <RetryIcon operation={operation} />
      <CancelOperation operation={operation} />
    </li>
  );
}

export function OperationTitle({ operation }: { operation: Operation }) {
  const t = useTranslations('op');
  const key = operation.kind.replaceAll('.', '_');
  return (
    <Link
      href={`/activity/operations/${operation.id}`}
      className="inline-block min-h-6 max-w-full truncate align-top hover:text-accent"
    >
      <span className="text-muted">{t.has(key) ? t(key as 'image_import') : operation.kind} </span>
      <span className="font-medium">{operation.object?.name ?? operation.object?.id ?? ''}</span>
    </Link>
  );
}

/** Gone once it is over; disabled while what was begun is taken back. */
export function CancelOperation({ operation }: { operation: Operation }) {
  const t = useTranslations('tray');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const may = useCanOn('operation:cancel', operation.actorId);
  const cancel = useMutation(
    trpc.operations.cancel.mutationOptions({
      onSettled: () => queries.invalidateQueries(trpc.operations.pathFilter()),
    }),
  );
  if (!isActive(operation) || !may) return null;
  return (
    <IconButton
      icon={X}
      label={t('cancel', { name: operation.object?.name ?? operation.kind })}
      disabled={cancel.isPending || operation.cancelling}
      onClick={() => cancel.mutate({ operationId: operation.id })}
    />
  );
}
