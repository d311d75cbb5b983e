'use client';
import { RotateCw, X } from 'lucide';
import { useTranslations } from 'next-intl';
import { toFailure, useFailureText } from '../../_lib/errors.ts';
import { Button, LinkButton } from '../../_ui/button.tsx';
import { IconButton } from '../../_ui/icon-button.tsx';
import { ErrorNote, Note } from '../../_ui/states.tsx';
import type { ContainerVerbs } from './use-container-verbs.ts';

/** What did not go well, each with its reason, until it is put away or asked for once more. */
export function VerbFailures({ verbs, onRetry }: { verbs: ContainerVerbs; onRetry?: () => void }) {
  const t = useTranslations('containers');
  const tray = useTranslations('tray');
  const ui = useTranslations('ui');
  const textOf = useFailureText();
  const { failures, operationId } = verbs;
  const [first] = failures;
  if (first === undefined) return null;
  return (
    <div className="relative mb-3">
      {failures.length === 1 && operationId === undefined ? (
        <ErrorNote error={first.error} title={t('verbFailed', { name: first.name })} />
      ) : (
        <Note tone="danger" role="alert">
          <p className="pr-8 font-medium">{t('verbsFailed', { count: failures.length })}</p>
          <ul className="max-h-64 overflow-y-auto">
            {failures.map((failure) => (
              <li key={failure.id} className="mt-1">
                <span className="font-medium">{failure.name}</span>{' '}
                <span className="text-muted">{textOf(toFailure(failure.error))}</span>
              </li>
            ))}
          </ul>
          <div className="mt-2 flex flex-wrap gap-2">
            {onRetry !== undefined && (
              <Button size="compact" icon={RotateCw} writes onClick={onRetry}>
                {t('retryFailed', { count: failures.length })}
              </Button>
            )}
            {operationId !== undefined && (
              <LinkButton size="compact" href={`/activity/operations/${operationId}`}>
                {tray('openOperation')}
              </LinkButton>
            )}
          </div>
        </Note>
      )}
      <span className="absolute top-1 right-1">
        <IconButton icon={X} label={ui('dismiss')} onClick={verbs.dismiss} />
      </span>
    </div>
  );
}
