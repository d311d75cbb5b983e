import { CircleDot, LoaderCircle, type LucideIcon } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { cx } from '../../_lib/cx.ts';
import { formatClock } from '../../_lib/format.ts';
import type { Operation } from '../../_lib/trpc.ts';
import { Icon } from '../../_ui/icon.tsx';
import { OperationOutcome } from './operation-outcome.tsx';
import { isActive, lookOf } from './operation-state.ts';

interface Step {
  icon: LucideIcon;
  color: string;
  spin?: boolean;
  at?: Date;
  text: string;
}

/** What happened one after the other: who began it, what is going on, how it ended and what came of it. */
export function OperationCourse({ operation }: { operation: Operation }) {
  const t = useTranslations('tray');
  const { actorName, startedAt, finishedAt, state } = operation;
  const look = lookOf(operation);
  const steps: Step[] = [
    { icon: CircleDot, color: 'text-faint', at: startedAt, text: t('startedBy', { name: actorName }) },
    ...(isActive(operation) && operation.cancelling
      ? [{ icon: LoaderCircle, color: 'text-accent', spin: true, text: t('cancelling') }]
      : []),
    ...(finishedAt === undefined || state === 'running'
      ? []
      : [{ icon: look.icon, color: look.color, at: finishedAt, text: t(`ended.${state}`) }]),
  ];
  return (
    <div className="flex flex-col gap-3 text-table">
      <ol className="flex flex-col gap-2">
        {steps.map(({ icon, color, spin, at, text }) => (
          <li key={text} className="flex items-start gap-2.5">
            <Icon icon={icon} className={cx('mt-0.5', color, spin && 'spin')} />
            <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">{text}</span>
            {at !== undefined && (
              <time dateTime={at.toISOString()} className="flex-none text-muted tabular-nums">
                {formatClock(at, true)}
              </time>
            )}
          </li>
        ))}
      </ol>
      {operation.error === undefined && (
        <div className="border-hairline border-t pt-3">
          <OperationOutcome operation={operation} />
        </div>
      )}
    </div>
  );
}
