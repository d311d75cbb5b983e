import { useLocale, useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { cx } from '../../_lib/cx.ts';
import { formatClock } from '../../_lib/format.ts';
import type { Operation } from '../../_lib/trpc.ts';
import { Icon } from '../../_ui/icon.tsx';
import { Link } from '../../_ui/link.tsx';
import { CancelOperation } from './cancel-operation.tsx';
import { OperationMenu } from './operation-menu.tsx';
import { OperationOutcome } from './operation-outcome.tsx';
import { lookOf, stateKey, tookText } from './operation-state.ts';
import { RetryIcon } from './retry-operation.tsx';

/** One operation with its progress or outcome, for the tray, Home and phones; with its menu where rows have one. */
export function OperationRow({
  operation,
  menu = false,
  next,
  more,
}: {
  operation: Operation;
  menu?: boolean;
  /** What to do with what it brought. */
  next?: ReactNode;
  /** Under what came of it. */
  more?: ReactNode;
}) {
  const t = useTranslations('op');
  const locale = useLocale();
  const { icon, color, spin } = lookOf(operation);
  const { finishedAt } = operation;
  return (
    <li className="flex items-start gap-2.5 border-hairline border-t px-4 py-2.5 text-table first:border-t-0 max-md:px-3">
      <Icon icon={icon} className={cx('mt-0.5', color, spin && 'spin')} />
      <div className="min-w-0 flex-1">
        <p className="truncate leading-6">
          <OperationTitle operation={operation} />
        </p>
        <div className="pb-0.5 text-caption [overflow-wrap:anywhere] [&_a]:leading-6">
          <OperationOutcome operation={operation} />
          {more}
        </div>
        <p className="flex flex-wrap justify-between gap-x-2 text-caption text-muted tabular-nums">
          <span className="max-w-full truncate">
            {t(stateKey(operation))} · {t('by', { name: operation.actorName })}
          </span>
          {finishedAt !== undefined && (
            <span className="flex-none">
              {tookText(finishedAt.getTime() - operation.startedAt.getTime(), locale)} · {formatClock(finishedAt)}
            </span>
          )}
        </p>
      </div>
      {next}
      {menu ? (
        <OperationMenu operation={operation} />
      ) : (
        <>
          <RetryIcon operation={operation} />
          <CancelOperation operation={operation} />
        </>
      )}
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
