import { CircleX } from 'lucide';
import { useLocale, useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { formatDuration } from '../../_lib/format.ts';
import type { Operation } from '../../_lib/trpc.ts';
import { Link } from '../../_ui/link.tsx';
import { OperationOutcome } from '../activity/operation-outcome.tsx';
import { RetryButton } from '../activity/retry-operation.tsx';
import { ProblemRow } from './problem-row.tsx';

/** Work that failed; whoever opens its page has seen it. */
export function FailedOperation({ operation, dismiss }: { operation: Operation; dismiss: ReactNode }) {
  const t = useTranslations('home');
  const to = useTranslations('op');
  const ui = useTranslations('ui');
  const locale = useLocale();
  const key = operation.kind.replaceAll('.', '_');
  const kind = to.has(key) ? to(key as 'image_import') : operation.kind;
  const { finishedAt, object } = operation;
  return (
    <ProblemRow
      icon={CircleX}
      bad
      name={
        <Link href={`/activity/operations/${operation.id}`} className="hover:text-accent">
          {object?.name ?? kind}
        </Link>
      }
      dismiss={dismiss}
      actions={<RetryButton operation={operation} size="compact" />}
    >
      <span className="font-medium text-danger">{t('operationFailed', { kind })} </span>
      {finishedAt !== undefined && (
        <span className="mr-1.5 text-muted">
          {ui('ago', { time: formatDuration(Date.now() - finishedAt.getTime(), locale) })}
        </span>
      )}
      <span className="text-muted">
        <OperationOutcome operation={operation} />
      </span>
    </ProblemRow>
  );
}
