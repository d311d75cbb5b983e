'use client';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Zap } from 'lucide';
import { useLocale, useTranslations } from 'next-intl';
import { useState } from 'react';
import { cx } from '../../_lib/cx.ts';
import { formatBytes, formatDuration, formatPercent, formatTime } from '../../_lib/format.ts';
import { type ProcessInfo, useTRPC } from '../../_lib/trpc.ts';
import { useAddress } from '../../_lib/use-address.ts';
import { ConfirmDialog, ObjectList } from '../../_ui/dialog.tsx';
import { IconButton } from '../../_ui/icon-button.tsx';
import { Segmented } from '../../_ui/segmented.tsx';
import { ErrorNote, SkeletonRows } from '../../_ui/states.tsx';
import { toast } from '../../_ui/toast.ts';
import { useCan } from '../shell/use-me.ts';
import { cpuPercents } from './cpu-percent.ts';
import { byCpu, toProcessTree } from './process-tree.ts';
import { SignalField } from './signal-field.tsx';

const REFRESH_MS = 2_000;
const INDENT_PX = 16;
/** Deeper ones are not indented further: their command would have no room. */
const MOST_INDENTS = 8;
/** Not on phones: what is left fits without scrolling sideways. */
const LESS: ReadonlySet<string> = new Set(['user', 'started']);
const COLUMNS = ['pid', 'user', 'cpu', 'memory', 'started', 'command'] as const;
const ORDERS = ['tree', 'flat'] as const;

/** What runs in a container, read again and again. */
export function Processes({ id, maySignal }: { id: string; maySignal: boolean }) {
  const t = useTranslations('containers');
  const can = useCan();
  const trpc = useTRPC();
  const { params, setParams } = useAddress();
  const [chosen, setChosen] = useState<ProcessInfo>();
  const { data, isPending, error, refetch } = useQuery(
    trpc.containers.processes.queryOptions({ containerId: id }, { refetchInterval: REFRESH_MS }),
  );
  const signal = useMutation(
    trpc.containers.signalProcess.mutationOptions({
      onSuccess: (_, { pid, signal: name }) => toast.success(t('processSignalSent', { pid, signal: name })),
      onSettled: () => refetch(),
    }),
  );
  const [read, setRead] = useState({ before: data ?? [], now: data ?? [] });
  if (data !== undefined && data !== read.now) setRead({ before: read.now, now: data });
  if (isPending) return <SkeletonRows />;
  if (data === undefined) return <ErrorNote error={error} onRetry={() => void refetch()} />;
  const order = ORDERS.find((one) => one === params.get('view')) ?? 'tree';
  const percents = cpuPercents(read.before, read.now);
  const lines = order === 'tree' ? toProcessTree(data) : byCpu(data, percents);
  return (
    <div className="flex flex-col gap-3">
      <Segmented
        label={t('processOrder')}
        options={ORDERS.map((name) => ({ name, label: t(name === 'tree' ? 'processTree' : 'processFlat') }))}
        chosen={order}
        onChoose={(one) => setParams({ view: one === 'tree' ? '' : one })}
      />
      {signal.error !== null && <ErrorNote error={signal.error} title={t('processSignalFailed')} />}
      <ProcessTable
        lines={lines}
        percents={percents}
        onSignal={maySignal && can('container:kill') ? setChosen : undefined}
      />
      <SignalDialog
        process={chosen}
        onClose={() => setChosen(undefined)}
        onConfirm={(name) => {
          if (chosen !== undefined)
            signal.mutate({ containerId: id, pid: chosen.pid, startedAt: chosen.startedAt, signal: name });
          setChosen(undefined);
        }}
      />
    </div>
  );
}

interface TableProps {
  lines: readonly { process: ProcessInfo; depth: number }[];
  /** Of one core, by pid; of one that was read once only it is not known. */
  percents: ReadonlyMap<number, number>;
  onSignal: ((process: ProcessInfo) => void) | undefined;
}

function ProcessTable({ lines, percents, onSignal }: TableProps) {
  const t = useTranslations('containers');
  const locale = useLocale();
  return (
    <section
      aria-label={t('tab_processes')}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by keyboard
      tabIndex={0}
      className="overflow-x-auto rounded-card border border-line bg-surface"
    >
      <table className="w-full text-table">
        <thead>
          <tr className="h-8 border-line border-b text-left text-caption text-muted">
            {COLUMNS.map((column) => (
              <th
                key={column}
                className={cx(
                  'whitespace-nowrap px-4 font-medium max-md:px-2 max-md:first:pl-3',
                  LESS.has(column) && 'max-md:hidden',
                  (column === 'cpu' || column === 'memory') && 'text-right',
                  column === 'command' && 'w-full',
                )}
              >
                {t(`process_${column}`)}
              </th>
            ))}
            {onSignal !== undefined && (
              <td>
                <span className="sr-only">{t('signal')}</span>
              </td>
            )}
          </tr>
        </thead>
        <tbody>
          {lines.map(({ process, depth }) => (
            <tr key={process.pid} className="h-10 border-hairline border-b last:border-b-0 hover:bg-hover">
              <td className="px-4 tabular-nums max-md:px-2 max-md:pl-3">{process.pid}</td>
              <td className="px-4 max-md:hidden">{process.user}</td>
              <td
                className="whitespace-nowrap px-4 text-right tabular-nums max-md:px-2"
                title={t('processCpuTime', { time: formatDuration(process.cpuSeconds * 1_000, locale) })}
              >
                {formatPercent(percents.get(process.pid))}
              </td>
              <td className="whitespace-nowrap px-4 text-right tabular-nums max-md:px-2">
                {formatBytes(process.rssBytes)}
              </td>
              <td className="whitespace-nowrap px-4 text-muted max-md:hidden">
                {formatTime(process.startedAt, locale)}
              </td>
              <td className="px-4 py-1.5 font-mono text-mono [overflow-wrap:anywhere] max-md:px-2">
                <span
                  className="block max-md:line-clamp-4"
                  title={process.command}
                  style={{ paddingLeft: Math.min(depth, MOST_INDENTS) * INDENT_PX }}
                >
                  {depth > 0 && (
                    <span aria-hidden="true" className="mr-2 text-faint">
                      └
                    </span>
                  )}
                  <span>{process.command}</span>
                </span>
              </td>
              {onSignal !== undefined && (
                <td className="pr-2">
                  <IconButton
                    icon={Zap}
                    label={t('processSignal', { pid: process.pid })}
                    onClick={() => onSignal(process)}
                  />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Asks which signal; SIGTERM leaves the program its time. */
function SignalDialog({
  process,
  onClose,
  onConfirm,
}: {
  process: ProcessInfo | undefined;
  onClose: () => void;
  onConfirm: (signal: string) => void;
}) {
  const t = useTranslations('containers');
  const [signal, setSignal] = useState('SIGTERM');
  const pid = String(process?.pid ?? '');
  return (
    <ConfirmDialog
      open={process !== undefined}
      onOpenChange={(open) => !open && onClose()}
      title={t('processSignalTitle', { pid })}
      action={t('processSignalAction', { pid, signal })}
      onAction={() => onConfirm(signal)}
      danger
    >
      <ObjectList items={process === undefined ? [] : [{ name: process.command, aside: process.user }]} />
      <SignalField value={signal} onChange={setSignal} />
    </ConfirmDialog>
  );
}
