'use client';
import { X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { toFailure, useFailureText } from '../../_lib/errors.ts';
import { IconButton } from '../../_ui/icon-button.tsx';
import { ErrorNote, Note } from '../../_ui/states.tsx';
import type { ContainerVerbs } from './use-container-verbs.ts';

/** What did not go well, each with its reason, until it is put away. */
export function VerbFailures({ verbs }: { verbs: ContainerVerbs }) {
  const t = useTranslations('containers');
  const ui = useTranslations('ui');
  const textOf = useFailureText();
  const { failures } = verbs;
  const [first] = failures;
  if (first === undefined) return null;
  return (
    <div className="relative mb-3">
      {failures.length === 1 ? (
        <ErrorNote error={first.error} title={t('verbFailed', { name: first.name })} />
      ) : (
        <Note tone="danger" role="alert">
          <p className="font-medium">{t('verbsFailed', { count: failures.length })}</p>
          <ul>
            {failures.map((failure) => (
              <li key={failure.id} className="mt-1">
                <span className="font-medium">{failure.name}</span>{' '}
                <span className="text-muted">{textOf(toFailure(failure.error))}</span>
              </li>
            ))}
          </ul>
        </Note>
      )}
      <span className="absolute top-1 right-1">
        <IconButton icon={X} label={ui('dismiss')} onClick={verbs.dismiss} />
      </span>
    </div>
  );
}
