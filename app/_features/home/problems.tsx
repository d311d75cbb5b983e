'use client';
import { useQuery } from '@tanstack/react-query';
import { Cpu, HardDrive, X } from 'lucide';
import { useTranslations } from 'next-intl';
import { type ReactNode, useEffect, useState } from 'react';
import { formatPercent } from '../../_lib/format.ts';
import { dismiss, keepDismissed, useDismissed } from '../../_lib/preferences.ts';
import { type ContainerSummary, useTRPC } from '../../_lib/trpc.ts';
import { useNow } from '../../_lib/use-now.ts';
import { Badge } from '../../_ui/badge.tsx';
import { Card } from '../../_ui/card.tsx';
import { IconButton } from '../../_ui/icon-button.tsx';
import { isProblem, loopOf, needsYouFrom, stateSince } from '../containers/container-state.ts';
import { useCan } from '../shell/use-me.ts';
import { FailedOperation } from './failed-operation.tsx';
import { FULL_PERCENT, fillings } from './fillings.ts';
import { CheckName, CheckSentence } from './host-check.tsx';
import { lastKills } from './last-kills.ts';
import { MemoryKill } from './memory-kill.tsx';
import { failureKey, problemKey, withoutOver } from './problem-key.ts';
import { ProblemRow } from './problem-row.tsx';
import { SickContainer } from './sick-container.tsx';

const DAY_MS = 86_400_000;
/** What fills a disk is no event. */
const USAGE_MS = 30_000;
/** The server looks at its host twice a minute. */
const LOOK_MS = 15_000;

/** What somebody should look at, worst first: containers, the host, work that failed. Each line can be put aside. */
export function Problems() {
  const t = useTranslations('home');
  const trpc = useTRPC();
  const can = useCan();
  const onHost = can('host:view');
  const [yesterday] = useState(() => new Date(Date.now() - DAY_MS));
  const containers = useQuery(trpc.containers.list.queryOptions({}));
  const kills = useQuery(
    trpc.events.list.queryOptions({ type: 'container', filters: { event: ['oom'] }, since: yesterday }),
  );
  const failures = useQuery(trpc.operations.list.queryOptions({ states: ['failed', 'interrupted'], limit: 50 }));
  const checks = useQuery(trpc.host.checks.queryOptions({ kept: true }, { enabled: onHost, refetchInterval: LOOK_MS }));
  const usage = useQuery(trpc.host.usage.queryOptions({}, { enabled: onHost, refetchInterval: USAGE_MS }));
  const aside = useDismissed();

  const full = fillings(usage.data);
  const left = withoutOver(aside, {
    checks: checks.data?.filter(({ ok }) => ok).map(({ code }) => code) ?? [],
    fillings: usage.data === undefined ? [] : full.filter(({ percent }) => percent <= FULL_PERCENT).map(({ of }) => of),
  });
  const isOver = left.length < aside.length;
  useEffect(() => {
    if (isOver) keepDismissed(left);
  });

  const rows: { key: string; row: (dismiss: ReactNode) => ReactNode }[] = [];
  const now = useNow();
  const sick = (containers.data ?? []).filter((one) => (needsYouFrom(one) ?? Number.POSITIVE_INFINITY) <= now);
  for (const container of sick.toSorted((a, b) => urgency(a) - urgency(b))) {
    rows.push({
      key: keyOf(container),
      row: (dismiss) => <SickContainer container={container} dismiss={dismiss} />,
    });
  }
  const well = (containers.data ?? []).filter((container) => !isProblem(container));
  for (const { container, at } of lastKills(well, kills.data ?? [])) {
    rows.push({
      key: problemKey('oom', container.id, at.getTime()),
      row: (dismiss) => <MemoryKill container={container} at={at} dismiss={dismiss} />,
    });
  }
  for (const check of checks.data ?? []) {
    if (check.ok) continue;
    rows.push({
      key: problemKey('check', check.code, undefined),
      row: (dismiss) => (
        <ProblemRow
          icon={Cpu}
          bad={check.severity === 'error'}
          name={<CheckName code={check.code} />}
          dismiss={dismiss}
        >
          <CheckSentence check={check} />
        </ProblemRow>
      ),
    });
  }
  for (const { of, percent } of full) {
    if (percent <= FULL_PERCENT) continue;
    rows.push({
      key: problemKey('disk', of, Math.floor(percent)),
      row: (dismiss) => (
        <ProblemRow icon={HardDrive} bad={percent > 95} name={t('disk')} dismiss={dismiss}>
          {t(of === 'data' ? 'diskFull' : 'filesFull', { percent: formatPercent(Math.floor(percent)) })}
        </ProblemRow>
      ),
    });
  }
  for (const operation of failures.data ?? []) {
    if (operation.finishedAt === undefined || Date.now() - operation.finishedAt.getTime() > DAY_MS) continue;
    rows.push({
      key: failureKey(operation),
      row: (dismiss) => <FailedOperation operation={operation} dismiss={dismiss} />,
    });
  }

  const shown = rows.filter(({ key }) => !left.includes(key));
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
                writes
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
