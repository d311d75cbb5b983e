'use client';
import { useQuery } from '@tanstack/react-query';
import { useLocale, useTranslations } from 'next-intl';
import { useEffect } from 'react';
import { formatBytes, formatDuration, formatTime } from '../../_lib/format.ts';
import { dismiss, useDismissed } from '../../_lib/preferences.ts';
import { type Operation, useTRPC } from '../../_lib/trpc.ts';
import { useNow } from '../../_lib/use-now.ts';
import { Card, Facts } from '../../_ui/card.tsx';
import { CopyButton } from '../../_ui/copy-field.tsx';
import { Link } from '../../_ui/link.tsx';
import { Page } from '../../_ui/page.tsx';
import { StateChip } from '../../_ui/state-chip.tsx';
import { ErrorNote, SkeletonRows } from '../../_ui/states.tsx';
import { failureKey } from '../home/problem-key.ts';
import { CancelOperation } from './cancel-operation.tsx';
import { eventsHref } from './event-query.ts';
import { ObjectLink } from './object-link.tsx';
import { OperationCourse } from './operation-course.tsx';
import { isBad, lookOf, stateKey, tookText } from './operation-state.ts';
import { ReceivedDigest, receivedDigest } from './received-digest.tsx';
import { RetryButton } from './retry-operation.tsx';
import { RunImage } from './run-image.tsx';

/** One operation: what, on which object, who, when, step by step what happened, and its log. */
export function OperationPage({ id }: { id: string }) {
  const t = useTranslations('op');
  const tray = useTranslations('tray');
  const nav = useTranslations('nav');
  const locale = useLocale();
  const { data, isPending, error, refetch } = useQuery(useTRPC().operations.get.queryOptions({ operationId: id }));
  useSeen(data);
  if (data === undefined) {
    return (
      <Page title={tray('label')}>
        {isPending && <SkeletonRows />}
        {error !== null && <ErrorNote error={error} onRetry={() => void refetch()} />}
      </Page>
    );
  }
  const key = data.kind.replaceAll('.', '_');
  const { icon, tone, spin } = lookOf(data);
  const kind = t.has(key) ? t(key as 'image_import') : data.kind;
  const { object, progress, startedAt, finishedAt } = data;
  const received = receivedDigest(data);
  const facts = [
    { term: tray('kind'), value: kind },
    ...(object === undefined ? [] : [{ term: tray('object'), value: <ObjectLink object={object} /> }]),
    { term: tray('columns.actor'), value: data.actorName },
    { term: tray('columns.started'), value: formatTime(startedAt, locale) },
    ...(finishedAt === undefined
      ? [{ term: tray('runningFor'), value: <RunningFor since={startedAt} /> }]
      : [
          { term: tray('finishedAt'), value: formatTime(finishedAt, locale) },
          { term: tray('columns.took'), value: tookText(finishedAt.getTime() - startedAt.getTime(), locale) },
        ]),
    ...(progress === undefined || progress.doneBytes === 0
      ? []
      : [{ term: tray('bytes'), value: formatBytes(progress.doneBytes) }]),
    {
      term: nav('events'),
      value: (
        <Link href={eventsHref('operation', data.id)} className="font-medium text-accent hover:underline">
          {tray('toEvents')}
        </Link>
      ),
    },
    ...(received === undefined ? [] : [{ term: tray('received'), value: <ReceivedDigest digest={received} /> }]),
    {
      term: tray('id'),
      value: (
        <span className="flex items-center gap-1">
          <span className="font-mono text-mono">{data.id.slice(0, 8)}</span>
          <CopyButton text={data.id} />
        </span>
      ),
    },
  ];
  return (
    <Page
      title={`${kind} ${object?.name ?? ''}`}
      section={tray('label')}
      chip={
        <StateChip icon={icon} tone={tone} quiet={false} spin={spin}>
          {t(stateKey(data))}
        </StateChip>
      }
      actions={
        <>
          <RunImage operation={data} />
          <RetryButton operation={data} />
          <CancelOperation operation={data} />
        </>
      }
    >
      <div className="grid grid-cols-12 items-start gap-4 max-md:gap-3">
        <div className="col-span-12 flex min-w-0 flex-col gap-4 max-md:gap-3 xl:col-span-8">
          {data.error !== undefined && (
            <ErrorNote
              error={data.error}
              title={tray(data.state === 'running' ? 'cancelling' : `ended.${data.state}`)}
            />
          )}
          <Card title={tray('course')}>
            <OperationCourse operation={data} />
          </Card>
          {data.log.length > 0 && (
            <Card title={tray('log')} flush>
              <pre
                // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by keyboard
                tabIndex={0}
                className="max-h-[50vh] overflow-auto bg-sunken px-4 py-3 text-mono focus-visible:-outline-offset-2"
              >
                <code>{data.log.join('\n')}</code>
              </pre>
            </Card>
          )}
        </div>
        <div className="col-span-12 min-w-0 xl:col-span-4">
          <Card title={tray('about')}>
            <Facts items={facts} />
          </Card>
        </div>
      </div>
    </Page>
  );
}

/** That it failed no longer needs to be told on Home. */
function useSeen(operation: Operation | undefined): void {
  const aside = useDismissed();
  const key = operation !== undefined && isBad(operation) ? failureKey(operation) : undefined;
  const isNew = key !== undefined && !aside.includes(key);
  useEffect(() => {
    if (isNew) dismiss(key);
  }, [isNew, key]);
}

function RunningFor({ since }: { since: Date }) {
  const locale = useLocale();
  return formatDuration(useNow() - since.getTime(), locale);
}
