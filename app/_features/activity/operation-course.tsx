import { CircleCheck, CircleDot, CircleMinus, CircleSlash, CircleX, type IconNode, LoaderCircle } from 'lucide';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { cx } from '../../_lib/cx.ts';
import { toFailure, useFailureText } from '../../_lib/errors.ts';
import { formatBytes, formatClock, shortId } from '../../_lib/format.ts';
import type { Operation } from '../../_lib/trpc.ts';
import { ExactTime } from '../../_ui/exact-time.tsx';
import { Icon } from '../../_ui/icon.tsx';
import { OperationOutcome } from './operation-outcome.tsx';
import { isActive, lookOf } from './operation-state.ts';

type Step = Operation['steps'][number];

/** What happened one after the other: who began it, each of its parts, how it ended and what came of it. */
export function OperationCourse({ operation }: { operation: Operation }) {
  const t = useTranslations('tray');
  const { actorName, startedAt, finishedAt, state, steps, stepsDropped } = operation;
  const look = lookOf(operation);
  return (
    <div className="flex flex-col gap-3 text-table">
      <ol className="flex flex-col gap-2" aria-label={t('course')}>
        <Line icon={CircleDot} color="text-faint" at={startedAt}>
          {t('startedBy', { name: actorName })}
        </Line>
        {stepsDropped > 0 && (
          <Line icon={CircleDot} color="text-faint">
            {t('stepsDropped', { count: stepsDropped })}
          </Line>
        )}
        {steps.map((step) => (
          <StepLine key={step.id} step={step} file={operation.progress?.step} />
        ))}
        {isActive(operation) && operation.cancelling && (
          <Line icon={LoaderCircle} color="text-accent" spin>
            {t('cancelling')}
          </Line>
        )}
        {finishedAt !== undefined && state !== 'running' && (
          <Line icon={look.icon} color={look.color} at={finishedAt}>
            {t(`ended.${state}`)}
          </Line>
        )}
      </ol>
      {operation.error === undefined && (
        <div className="border-hairline border-t pt-3">
          <OperationOutcome operation={operation} />
        </div>
      )}
    </div>
  );
}

const STEP_LOOKS: Record<Step['state'], { icon: IconNode; color: string; spin?: boolean }> = {
  running: { icon: LoaderCircle, color: 'text-accent', spin: true },
  done: { icon: CircleCheck, color: 'text-success' },
  present: { icon: CircleMinus, color: 'text-faint' },
  kept: { icon: CircleMinus, color: 'text-faint' },
  failed: { icon: CircleX, color: 'text-danger' },
  cancelled: { icon: CircleSlash, color: 'text-faint' },
};

/** One part of the work, with its bytes; of one that goes on, the file it is at. */
function StepLine({ step, file }: { step: Step; file: string | undefined }) {
  const t = useTranslations('tray');
  const failureText = useFailureText();
  const { kind, name = '', state, doneBytes, totalBytes, error } = step;
  const running = state === 'running';
  const ofWhole = totalBytes !== undefined && running;
  const bytes =
    doneBytes === undefined || (doneBytes === 0 && !running)
      ? undefined
      : ofWhole
        ? t('stepBytesOf', { done: formatBytes(doneBytes), total: formatBytes(totalBytes) })
        : formatBytes(doneBytes);
  const word = state === 'done' || running ? undefined : t(`stepStates.${state}`);
  return (
    <Line {...STEP_LOOKS[state]} at={step.finishedAt ?? step.startedAt}>
      {t.rich(name === '' ? `parts.${kind}` : `partsOf.${kind}`, {
        name: shownName(name),
        b: (chunks) => <code className="text-mono">{chunks}</code>,
      })}
      {bytes !== undefined && <span className="text-muted tabular-nums"> · {bytes}</span>}
      {word !== undefined && <span className="text-muted"> · {word}</span>}
      {error !== undefined && <span className="block text-danger">{failureText(toFailure(error))}</span>}
      {running && file !== undefined && file !== name && (
        <span className="block truncate font-mono text-caption text-muted" title={file}>
          {file}
        </span>
      )}
    </Line>
  );
}

/** Digests as the lists show them. */
function shownName(name: string): string {
  return /^sha256:[0-9a-f]{64}$/.test(name) ? shortId(name) : name;
}

function Line({
  icon,
  color,
  spin = false,
  at,
  children,
}: {
  icon: IconNode;
  color: string;
  spin?: boolean;
  at?: Date;
  children: ReactNode;
}) {
  return (
    <li className="flex items-start gap-2.5">
      <Icon icon={icon} className={cx('mt-0.5', color, spin && 'spin')} />
      <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">{children}</span>
      {at !== undefined && (
        <ExactTime at={at} className="flex-none text-muted">
          {formatClock(at, true)}
        </ExactTime>
      )}
    </li>
  );
}
