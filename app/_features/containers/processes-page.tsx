'use client';
import { useQuery } from '@tanstack/react-query';
import { useLocale, useTranslations } from 'next-intl';
import { cx } from '../../_lib/cx.ts';
import { formatBytes, formatDuration, formatTime } from '../../_lib/format.ts';
import { useTRPC } from '../../_lib/trpc.ts';
import { ErrorNote, Note, SkeletonRows } from '../../_ui/states.tsx';
import { ContainerFrame } from './container-frame.tsx';

const REFRESH_MS = 2_000;
/** Not on phones: what is left fits without scrolling sideways. */
const LESS: ReadonlySet<string> = new Set(['cpu', 'started']);
const COLUMNS = ['pid', 'user', 'cpu', 'memory', 'started', 'command'] as const;

export function ProcessesPage({ name }: { name: string }) {
  const t = useTranslations('containers');
  return (
    <ContainerFrame name={name}>
      {(detail) =>
        detail.state.status === 'running' ? <Processes id={detail.id} /> : <Note tone="info">{t('notRunning')}</Note>
      }
    </ContainerFrame>
  );
}

function Processes({ id }: { id: string }) {
  const t = useTranslations('containers');
  const locale = useLocale();
  const trpc = useTRPC();
  const { data, isPending, error, refetch } = useQuery(
    trpc.containers.processes.queryOptions({ containerId: id }, { refetchInterval: REFRESH_MS }),
  );
  if (isPending) return <SkeletonRows />;
  if (data === undefined) return <ErrorNote error={error} onRetry={() => void refetch()} />;
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
                className={cx('px-4 font-medium max-md:px-2 max-md:first:pl-3', LESS.has(column) && 'max-md:hidden')}
              >
                {t(`process_${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[...data]
            .sort((a, b) => b.cpuSeconds - a.cpuSeconds)
            .map((process) => (
              <tr key={process.pid} className="h-10 border-hairline border-b last:border-b-0 hover:bg-hover">
                <td className="px-4 max-md:px-2 max-md:pl-3">{process.pid}</td>
                <td className="px-4 max-md:px-2">{process.user}</td>
                <td className="whitespace-nowrap px-4 max-md:hidden">
                  {formatDuration(process.cpuSeconds * 1_000, locale)}
                </td>
                <td className="whitespace-nowrap px-4 max-md:px-2">{formatBytes(process.rssBytes)}</td>
                <td className="whitespace-nowrap px-4 text-muted max-md:hidden">
                  {formatTime(process.startedAt, locale)}
                </td>
                <td className="px-4 font-mono text-mono [overflow-wrap:anywhere] max-md:px-2 max-md:py-2">
                  {process.command}
                </td>
              </tr>
            ))}
        </tbody>
      </table>
    </section>
  );
}
