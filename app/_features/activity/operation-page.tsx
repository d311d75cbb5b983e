'use client';
import { useQuery } from '@tanstack/react-query';
import { useLocale, useTranslations } from 'next-intl';
import { formatBytes, formatDuration, formatTime } from '../../_lib/format.ts';
import { useTRPC } from '../../_lib/trpc.ts';
import { Card, Facts } from '../../_ui/card.tsx';
import { Page } from '../../_ui/page.tsx';
import { StateChip } from '../../_ui/state-chip.tsx';
import { ErrorNote, SkeletonRows } from '../../_ui/states.tsx';
import { OperationOutcome } from './operation-outcome.tsx';
import { CancelOperation } from './operation-row.tsx';
import { lookOf, stateKey } from './operation-state.ts';

/** One operation: what, who, when, what came of it, and its log. */
export function OperationPage({ id }: { id: string }) {
  const t = useTranslations('op');
  const tray = useTranslations('tray');
  const locale = useLocale();
  const { data, isPending, error, refetch } = useQuery(useTRPC().operations.get.queryOptions({ operationId: id }));
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
  const facts = [
    { term: tray('columns.actor'), value: data.actorName },
    { term: tray('columns.started'), value: formatTime(data.startedAt, locale) },
    ...(data.finishedAt === undefined
      ? []
      : [
          { term: tray('finished'), value: formatTime(data.finishedAt, locale) },
          {
            term: tray('columns.took'),
            value: formatDuration(data.finishedAt.getTime() - data.startedAt.getTime(), locale),
          },
        ]),
    ...(data.progress === undefined ? [] : [{ term: tray('bytes'), value: formatBytes(data.progress.doneBytes) }]),
  ];
  return (
    <Page
      title={`${t.has(key) ? t(key as 'image_import') : data.kind} ${data.object?.name ?? ''}`}
      section={tray('label')}
      chip={
        <StateChip icon={icon} tone={tone} quiet={false} spin={spin}>
          {t(stateKey(data))}
        </StateChip>
      }
      actions={<CancelOperation operation={data} />}
    >
      <div className="flex flex-col gap-4">
        {data.error === undefined ? (
          <Card title={tray('columns.result')}>
            <div className="text-table">
              <OperationOutcome operation={data} />
            </div>
          </Card>
        ) : (
          <ErrorNote error={data.error} title={t(stateKey(data))} />
        )}
        <Card title={tray('about')}>
          <Facts items={facts} />
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
    </Page>
  );
}
