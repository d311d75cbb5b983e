'use client';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { formatBytes, formatPercent } from '../../_lib/format.ts';
import { type ContainerDetail, useTRPC } from '../../_lib/trpc.ts';
import { Card, Facts } from '../../_ui/card.tsx';
import { Link } from '../../_ui/link.tsx';
import { useCan, useCanOn } from '../shell/use-me.ts';
import { containerHref } from './container-actions.tsx';
import { type LimitFacts, limitFacts } from './limit-facts.ts';
import { LimitBar } from './usage-cells.tsx';

const POINTS = 180;

/** What it may use; of one that ended also the most that it did. */
export function LimitsCard({ detail }: { detail: ContainerDetail }) {
  const t = useTranslations('containers');
  const mayEdit = useCanOn('container:update', detail.createdBy);
  const facts = limitFacts(detail);
  const highest = useHighest(detail);
  const withHighest = (limit: string, most: string | undefined) =>
    most === undefined ? limit : t('limits.highest', { limit, highest: most });
  return (
    <Card
      title={t('limits.title')}
      aside={
        mayEdit && (
          <Link href={containerHref(detail.name, '/edit')} className="text-accent hover:underline">
            {t('editLimits')}
          </Link>
        )
      }
    >
      <Facts
        items={[
          {
            term: t('column_memory'),
            value: (
              <MemoryLimit
                facts={facts}
                highest={highest.memory}
                text={withHighest(
                  facts.memoryBytes === undefined ? t('noMemoryLimit') : formatBytes(facts.memoryBytes),
                  highest.memory === undefined ? undefined : formatBytes(highest.memory),
                )}
              />
            ),
          },
          ...(facts.swap === undefined ? [] : [{ term: t('limits.swap'), value: <Swap swap={facts.swap} /> }]),
          {
            term: t('column_cpu'),
            value: withHighest(
              facts.cores === undefined ? t('noMemoryLimit') : t('limits.cores', { count: facts.cores }),
              highest.cpu === undefined ? undefined : formatPercent(highest.cpu),
            ),
          },
          ...(facts.pids === undefined ? [] : [{ term: t('limits.processes'), value: String(facts.pids) }]),
        ]}
      />
    </Card>
  );
}

function MemoryLimit({ facts, highest, text }: { facts: LimitFacts; highest: number | undefined; text: string }) {
  const t = useTranslations('containers');
  const { memoryBytes, reached } = facts;
  if (memoryBytes === undefined || (!reached && highest === undefined)) return text;
  return (
    <span>
      <LimitBar part={reached ? 1 : (highest ?? 0) / memoryBytes} className="mr-2 inline-block align-middle" />
      {reached ? t('limits.reached', { limit: formatBytes(memoryBytes) }) : text}
    </span>
  );
}

function Swap({ swap }: { swap: NonNullable<LimitFacts['swap']> }) {
  const t = useTranslations('containers');
  if (swap.kind === 'bytes') return formatBytes(swap.bytes);
  return swap.kind === 'none' ? t('noLimit') : t('noMemoryLimit');
}

/** The most of the run that ended; unknown while one lasts, of which the page shows what it uses now. */
function useHighest({ id, state }: ContainerDetail): { memory: number | undefined; cpu: number | undefined } {
  const can = useCan();
  const run = 'finishedAt' in state ? { from: state.startedAt, to: state.finishedAt } : undefined;
  const { data } = useQuery(
    useTRPC().metrics.container.queryOptions(
      { containerId: id, ...run, points: POINTS },
      { enabled: run !== undefined && run.from < run.to && can('container:stats') },
    ),
  );
  return run === undefined
    ? { memory: undefined, cpu: undefined }
    : { memory: most(data?.figures.memory), cpu: most(data?.figures.cpu) };
}

function most(values: readonly (number | null)[] | undefined): number | undefined {
  const known = values?.filter((value) => value !== null) ?? [];
  return known.length === 0 ? undefined : Math.max(...known);
}
