'use client';
import { useQuery } from '@tanstack/react-query';
import { CircleX, Cpu, HardDrive, HeartCrack, type IconNode, MemoryStick, OctagonX, RotateCw, X } from 'lucide';
import { useLocale, useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { formatDuration, formatPercent } from '../../_lib/format.ts';
import { dismiss, useDismissed } from '../../_lib/preferences.ts';
import { type ContainerSummary, type Operation, useTRPC } from '../../_lib/trpc.ts';
import { Badge } from '../../_ui/badge.tsx';
import { Button, LinkButton } from '../../_ui/button.tsx';
import { Card } from '../../_ui/card.tsx';
import { Icon } from '../../_ui/icon.tsx';
import { IconButton } from '../../_ui/icon-button.tsx';
import { Link } from '../../_ui/link.tsx';
import { OperationOutcome } from '../activity/operation-outcome.tsx';
import { RetryButton } from '../activity/retry-operation.tsx';
import { VERB_ICONS } from '../containers/container-actions.tsx';
import { isProblem, loopOf, stateSince, unhealthySince } from '../containers/container-state.ts';
import { healthOf } from '../containers/health-card.tsx';
import { stopSentence } from '../containers/stop-sentence.ts';
import { permissionOf, useContainerVerbs } from '../containers/use-container-verbs.ts';
import { plainText } from '../logs/ansi.ts';
import { useCan } from '../shell/use-me.ts';
import { CheckName, CheckSentence } from './host-check.tsx';
import { problemKey } from './problem-key.ts';

const FULL_DISK_PERCENT = 85;
const DAY_MS = 86_400_000;

/** What somebody should look at, worst first: containers, work that failed, the host. Each line can be put aside. */
export function Problems() {
  const t = useTranslations('home');
  const trpc = useTRPC();
  const can = useCan();
  const onHost = can('host:view');
  const containers = useQuery(trpc.containers.list.queryOptions({}));
  const operations = useQuery(trpc.operations.list.queryOptions({ limit: 20 }));
  const checks = useQuery(trpc.host.checks.queryOptions({}, { staleTime: 60_000, enabled: onHost }));
  const usage = useQuery(trpc.host.usage.queryOptions({}, { enabled: onHost }));
  const aside = useDismissed();

  const rows: { key: string; row: (dismiss: ReactNode) => ReactNode }[] = [];
  const sick = (containers.data ?? []).filter(isProblem);
  for (const container of sick.toSorted((a, b) => urgency(a) - urgency(b))) {
    rows.push({
      key: keyOf(container),
      row: (dismiss) => <SickContainer container={container} dismiss={dismiss} />,
    });
  }
  for (const check of checks.data ?? []) {
    if (check.ok) continue;
    rows.push({
      key: problemKey('check', check.code, undefined),
      row: (dismiss) => (
        <Row icon={Cpu} bad={check.severity === 'error'} name={<CheckName code={check.code} />} dismiss={dismiss}>
          <CheckSentence check={check} />
        </Row>
      ),
    });
  }
  const { diskUsedBytes = 0, diskTotalBytes = 0 } = usage.data ?? {};
  const diskPercent = diskTotalBytes === 0 ? 0 : (diskUsedBytes / diskTotalBytes) * 100;
  if (diskPercent > FULL_DISK_PERCENT) {
    rows.push({
      key: problemKey('disk', 'data', Math.floor(diskPercent)),
      row: (dismiss) => (
        <Row icon={HardDrive} bad={diskPercent > 95} name={t('disk')} dismiss={dismiss}>
          {t('diskFull', { percent: formatPercent(Math.floor(diskPercent)) })}
        </Row>
      ),
    });
  }
  for (const operation of operations.data ?? []) {
    const failed = operation.state === 'failed' || operation.state === 'interrupted';
    if (!failed || operation.finishedAt === undefined) continue;
    if (Date.now() - operation.finishedAt.getTime() > DAY_MS) continue;
    rows.push({
      key: problemKey('operation', operation.id, undefined),
      row: (dismiss) => <FailedOperation operation={operation} dismiss={dismiss} />,
    });
  }

  const shown = rows.filter(({ key }) => !aside.includes(key));
  if (shown.length === 0) return null;
  return (
    <Card className="col-span-12" flush title={t('needsYou')} badge={<Badge count={shown.length} bad />}>
      <ul>
        {shown.map(({ key, row }) => (
          <li key={key} className="border-hairline border-t first:border-t-0">
            {row(
              // On phones its place is larger than the line of the name.
              <IconButton
                icon={X}
                label={t('dismiss')}
                className="max-md:-my-2 max-md:-mr-2"
                onClick={() => dismiss(key)}
              />,
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** What serves badly now comes before what has ended, and that before what is being tried again. */
function urgency(container: ContainerSummary): number {
  if (loopOf(container) !== undefined) return 2;
  return container.state.status === 'running' ? 0 : 1;
}

/** A loop is one occurrence for a day, though each of its runs has a time of its own. */
function keyOf(container: ContainerSummary): string {
  if (loopOf(container) !== undefined) return problemKey('loop', container.id, Math.floor(Date.now() / DAY_MS));
  return problemKey('container', container.id, stateSince(container.state)?.getTime());
}

interface RowProps {
  icon: IconNode;
  bad: boolean;
  name: ReactNode;
  actions?: ReactNode;
  dismiss: ReactNode;
  children: ReactNode;
}

/** One line; on phones the name has the first to itself, and what can be done stands under the cause. */
function Row({ icon, bad, name, actions, dismiss, children }: RowProps) {
  return (
    <div className="flex min-h-12 flex-wrap items-center gap-x-3 gap-y-1 px-4 py-1.5 text-table max-md:px-3 max-md:pb-3">
      <Icon icon={icon} className={bad ? 'text-danger' : 'text-warning'} />
      <span className="w-48 min-w-0 truncate font-semibold max-md:w-auto max-md:flex-1">{name}</span>
      <span className="min-w-0 flex-1 [overflow-wrap:anywhere] max-md:order-1 max-md:basis-full max-md:pl-7">
        {children}
      </span>
      {actions !== undefined && (
        <span className="flex flex-none items-center gap-2 max-md:order-1 max-md:basis-full max-md:pl-7">
          {actions}
        </span>
      )}
      {dismiss}
    </div>
  );
}

function FailedOperation({ operation, dismiss }: { operation: Operation; dismiss: ReactNode }) {
  const t = useTranslations('home');
  const to = useTranslations('op');
  const ui = useTranslations('ui');
  const locale = useLocale();
  const key = operation.kind.replaceAll('.', '_');
  const kind = to.has(key) ? to(key as 'image_import') : operation.kind;
  const { finishedAt, object } = operation;
  return (
    <Row
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
    </Row>
  );
}

function SickContainer({ container, dismiss }: { container: ContainerSummary; dismiss: ReactNode }) {
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
    <Row
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
    </Row>
  );
}
