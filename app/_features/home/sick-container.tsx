import { useQuery } from '@tanstack/react-query';
import { HeartCrack, MemoryStick, OctagonX, RotateCw } from 'lucide';
import { useLocale, useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { formatDuration } from '../../_lib/format.ts';
import { type ContainerSummary, useTRPC } from '../../_lib/trpc.ts';
import { Button, LinkButton } from '../../_ui/button.tsx';
import { Link } from '../../_ui/link.tsx';
import { VERB_ICONS } from '../containers/container-actions.tsx';
import { loopOf, stateSince, unhealthySince } from '../containers/container-state.ts';
import { healthOf } from '../containers/health-card.tsx';
import { stopSentence } from '../containers/stop-sentence.ts';
import { permissionOf, useContainerVerbs } from '../containers/use-container-verbs.ts';
import { plainText } from '../logs/ansi.ts';
import { useCan } from '../shell/use-me.ts';
import { ProblemRow } from './problem-row.tsx';

/** A container that serves badly, goes on ending or has ended: why, and what mends it. */
export function SickContainer({ container, dismiss }: { container: ContainerSummary; dismiss: ReactNode }) {
  const t = useTranslations('home');
  const tc = useTranslations('containers');
  const ts = useTranslations('stopReason');
  const ui = useTranslations('ui');
  const locale = useLocale();
  const can = useCan();
  const verbs = useContainerVerbs();
  const detail = useQuery(useTRPC().containers.get.queryOptions({ containerId: container.id }));
  const reason = stopSentence(detail.data?.stopReason);
  const since = stateSince(container.state);
  const base = `/containers/${encodeURIComponent(container.name)}`;
  const restarts = loopOf(container);
  const looping = restarts !== undefined;
  const running = container.state.status === 'running';
  const health = detail.data && healthOf(detail.data.state);
  const sick = running && health?.status === 'unhealthy' ? health : undefined;
  const probe = sick?.log.at(-1);
  const said = probe === undefined ? '' : plainText(probe.output).trim().split('\n').at(-1);
  const last = detail.data?.stopReason?.kind === 'crashed' ? detail.data.stopReason.lastErrorLine : undefined;
  const line = sick === undefined ? plainText(last ?? '').trim() : said;
  const [failure] = verbs.failures;
  // What does not get well by itself: a sick one begins anew, a loop is broken, an ended one is started.
  const cure = sick !== undefined ? 'restart' : looping ? 'stop' : 'start';
  // What the limit has killed needs more room before it is started again.
  const raise = reason?.key === 'oom' && !looping && can('container:update');
  const begun = sick === undefined ? since : unhealthySince(sick);
  const time = begun === undefined ? undefined : formatDuration(Date.now() - begun.getTime(), locale);
  return (
    <ProblemRow
      icon={sick !== undefined ? HeartCrack : looping ? RotateCw : reason?.key === 'oom' ? MemoryStick : OctagonX}
      bad={!looping}
      name={
        <Link href={base} className="hover:text-accent">
          {container.name}
        </Link>
      }
      actions={
        <>
          {can('container:logs') && (
            <LinkButton href={`${base}/logs`} size="compact">
              {t('logs')}
            </LinkButton>
          )}
          {raise && (
            <LinkButton href={`${base}/edit`} size="compact">
              {tc('raiseLimit')}
            </LinkButton>
          )}
          {!raise && can(permissionOf(cure)) && container.allowedActions.includes(cure) && (
            <Button
              size="compact"
              icon={VERB_ICONS[cure]}
              writes
              loading={verbs.pendingOf(container.id) !== undefined}
              onClick={() => void verbs.run(cure, [container])}
            >
              {tc(cure)}
            </Button>
          )}
        </>
      }
      dismiss={dismiss}
    >
      {sick !== undefined && (
        <span className="font-medium text-danger">
          {tc('health.unhealthyNote', { count: sick.failingStreak, exitCode: probe?.exitCode ?? 1 })}{' '}
        </span>
      )}
      {looping && <span className="font-medium text-warning">{t('restartLoop', { count: restarts })} </span>}
      {sick === undefined && reason !== undefined && (
        <span className={looping ? 'text-muted' : 'font-medium text-danger'}>{ts(reason.key, reason.values)} </span>
      )}
      {time !== undefined && (!looping || running) && (
        <span className="text-muted">
          {sick !== undefined ? t('since', { time }) : looping ? t('runningFor', { time }) : ui('ago', { time })}
        </span>
      )}
      {line !== undefined && line !== '' && (
        <code className="ml-1.5 text-mono text-muted max-md:ml-0 max-md:block">
          <bdi dir="ltr">{line}</bdi>
        </code>
      )}
      {failure !== undefined && <span className="text-danger"> {tc('verbFailed', { name: container.name })}</span>}
    </ProblemRow>
  );
}
