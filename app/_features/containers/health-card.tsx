'use client';
import { CircleCheck, CircleX, HeartCrack } from 'lucide';
import { useLocale, useTranslations } from 'next-intl';
import { formatClock, formatDuration, formatExact, formatTime } from '../../_lib/format.ts';
import type { ContainerDetail } from '../../_lib/trpc.ts';
import { Card } from '../../_ui/card.tsx';
import { Icon } from '../../_ui/icon.tsx';
import { Note } from '../../_ui/states.tsx';
import { plainText } from '../logs/ansi.ts';
import { quoteWord } from './create/quote-word.ts';

type Health = NonNullable<ReturnType<typeof healthOf>>;

/** Of a running container, or as it was at the end; undefined without a health check. */
export function healthOf(state: ContainerDetail['state']) {
  return 'health' in state ? state.health : undefined;
}

const DEFAULTS = { intervalMs: 30_000, retries: 3 };

/** What the last probes said, newest first. */
export function HealthCard({ detail, health }: { detail: ContainerDetail; health: Health }) {
  const t = useTranslations('containers');
  const locale = useLocale();
  const check = detail.config.healthcheck;
  const [kind, ...words] = check?.test ?? [];
  const command = kind === 'CMD' ? words.map(quoteWord).join(' ') : words.join(' ');
  const probes = health.log.toReversed();
  return (
    <Card
      title={t('health.title')}
      aside={
        <span className="text-muted">
          {t('health.rhythm', {
            time: formatDuration(check?.intervalMs || DEFAULTS.intervalMs, locale),
            count: check?.retries || DEFAULTS.retries,
          })}
        </span>
      }
    >
      <p className="text-table">
        <span className="font-medium">{t(`health.${health.status}`)}</span>
        {health.failingStreak > 0 && (
          <span className="text-muted"> · {t('health.streak', { count: health.failingStreak })}</span>
        )}
      </p>
      {command !== '' && <p className="mt-1 font-mono text-mono text-muted [overflow-wrap:anywhere]">{command}</p>}
      {probes.length === 0 && <p className="mt-2 text-muted text-table">{t('health.noProbe')}</p>}
      <ul className="mt-2 flex flex-col gap-1 text-table" aria-label={t('health.probes')}>
        {probes.map((probe, index) => {
          const ms = probe.endedAt.getTime() - probe.startedAt.getTime();
          const output = plainText(probe.output).trim();
          const fine = probe.exitCode === 0;
          const head = (
            <>
              <Icon icon={fine ? CircleCheck : CircleX} className={fine ? 'text-success' : 'text-danger'} />
              <time
                dateTime={probe.startedAt.toISOString()}
                title={formatExact(probe.startedAt, locale)}
                className="tabular-nums"
              >
                {formatClock(probe.startedAt)}
              </time>
              <span className="text-muted">
                {probe.exitCode === -1
                  ? t('health.notRun', { ms })
                  : t('health.exit', { exitCode: probe.exitCode, ms })}
              </span>
            </>
          );
          return (
            <li key={probe.startedAt.getTime()}>
              {output === '' ? (
                <span className="flex min-h-6 items-center gap-2">{head}</span>
              ) : (
                <details open={index === 0}>
                  <summary className="flex min-h-6 cursor-pointer items-center gap-2">{head}</summary>
                  <pre className="mt-1 max-h-40 overflow-auto whitespace-pre-wrap rounded-control bg-sunken px-2 py-1 text-mono [overflow-wrap:anywhere]">
                    <bdi dir="ltr">{output}</bdi>
                  </pre>
                </details>
              )}
            </li>
          );
        })}
      </ul>
    </Card>
  );
}

/** Above everything else while the health check fails: for how long, and what the last probe said. */
export function UnhealthyNote({ health }: { health: Health }) {
  const t = useTranslations('containers');
  const locale = useLocale();
  if (health.status !== 'unhealthy') return null;
  const last = health.log.at(-1);
  const output = last === undefined ? '' : plainText(last.output).trim().split('\n').at(-1);
  return (
    <Note tone="danger" icon={HeartCrack} role="status">
      <p className="font-medium">
        {t('health.unhealthyNote', { count: health.failingStreak, exitCode: last?.exitCode ?? 1 })}
      </p>
      {output !== '' && <p className="font-mono text-mono [overflow-wrap:anywhere]">{output}</p>}
      {last !== undefined && (
        <p className="text-muted">{t('health.lastProbe', { time: formatTime(last.startedAt, locale) })}</p>
      )}
    </Note>
  );
}
