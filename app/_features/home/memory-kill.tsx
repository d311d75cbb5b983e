import { MemoryStick } from 'lucide';
import { useLocale, useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { formatDuration } from '../../_lib/format.ts';
import type { ContainerSummary } from '../../_lib/trpc.ts';
import { LinkButton } from '../../_ui/button.tsx';
import { Link } from '../../_ui/link.tsx';
import { containerHref } from '../containers/container-actions.tsx';
import { useCan } from '../shell/use-me.ts';
import { ProblemRow } from './problem-row.tsx';

/** Memory ran out in a container that does its work again, or still: it is likely to happen once more. */
export function MemoryKill({
  container: { name },
  at,
  dismiss,
}: {
  container: ContainerSummary;
  at: Date;
  dismiss: ReactNode;
}) {
  const t = useTranslations('home');
  const tc = useTranslations('containers');
  const ui = useTranslations('ui');
  const locale = useLocale();
  const can = useCan();
  return (
    <ProblemRow
      icon={MemoryStick}
      bad={false}
      name={
        <Link href={containerHref(name)} className="hover:text-accent">
          {name}
        </Link>
      }
      actions={
        <>
          {can('container:logs') && (
            <LinkButton href={containerHref(name, '/logs')} size="compact">
              {t('logs')}
            </LinkButton>
          )}
          {can('container:update') && (
            <LinkButton href={containerHref(name, '/edit')} size="compact">
              {tc('raiseLimit')}
            </LinkButton>
          )}
        </>
      }
      dismiss={dismiss}
    >
      <span className="font-medium text-warning">{t('memoryRanOut')} </span>
      <span className="text-muted">{ui('ago', { time: formatDuration(Date.now() - at.getTime(), locale) })}</span>
    </ProblemRow>
  );
}
