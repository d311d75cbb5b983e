'use client';
import { useLocale, useTranslations } from 'next-intl';
import { formatDuration, formatTime } from '../../_lib/format.ts';
import type { ContainerDetail } from '../../_lib/trpc.ts';
import { Card } from '../../_ui/card.tsx';
import { Icon } from '../../_ui/icon.tsx';
import { plainText } from '../logs/ansi.ts';
import { useCan } from '../shell/use-me.ts';
import { CHIP_LOOKS } from './container-chip.tsx';
import { chipKind } from './container-state.ts';
import { EndMemory } from './end-memory.tsx';
import { stopSentence } from './stop-sentence.ts';

/** Why it does not run, in one sentence, and whether it will start again by itself. */
export function StopCard({ detail }: { detail: ContainerDetail }) {
  const t = useTranslations('containers');
  const ts = useTranslations('stopReason');
  const locale = useLocale();
  const can = useCan();
  const { state, stopReason: reason, config } = detail;
  const stop = stopSentence(reason);
  if (stop === undefined) return null;
  const ended = 'finishedAt' in state ? state : undefined;
  const line = reason?.kind === 'crashed' ? reason.lastErrorLine : undefined;
  const look = CHIP_LOOKS[chipKind(state)];
  return (
    <Card
      title={t('whyStopped')}
      aside={
        ended !== undefined && (
          <span className="text-muted">
            {t('stoppedAt', {
              at: formatTime(ended.finishedAt, locale),
              time: formatDuration(ended.finishedAt.getTime() - ended.startedAt.getTime(), locale),
            })}
          </span>
        )
      }
    >
      <div className="flex gap-3">
        <Icon icon={look.icon} className={look.tone === 'danger' ? 'mt-0.5 text-danger' : 'mt-0.5 text-muted'} />
        <div className="min-w-0">
          <p className="font-semibold [overflow-wrap:anywhere]">{ts(stop.key, stop.values)}</p>
          {line !== undefined && line !== '' && (
            <p className="mt-1 rounded-control bg-sunken px-2 py-1 font-mono text-mono [overflow-wrap:anywhere]">
              <bdi dir="ltr">{plainText(line)}</bdi>
            </p>
          )}
          <p className="mt-1 text-muted text-table">
            {state.status === 'restarting'
              ? t('nextTry', { attempt: state.attempt, at: formatTime(state.nextAt, locale) })
              : t('staysStopped', { policy: t(`policy_${config.restart.name}`) })}
          </p>
        </div>
      </div>
      {can('container:stats') && <EndMemory detail={detail} />}
    </Card>
  );
}
