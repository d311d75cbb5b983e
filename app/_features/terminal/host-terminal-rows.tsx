import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useLocale, useTranslations } from 'next-intl';
import { formatTime } from '../../_lib/format.ts';
import { useTRPC } from '../../_lib/trpc.ts';
import { Button, LinkButton } from '../../_ui/button.tsx';
import { ErrorNote } from '../../_ui/states.tsx';
import { useCan } from '../shell/use-me.ts';
import { forgetTerminal } from './terminal-memory.ts';

const REFRESH_MS = 5_000;

/** The shells of this session on the host itself, above those of containers. */
export function HostTerminalRows() {
  const t = useTranslations('terminals');
  const th = useTranslations('hostTerminal');
  const locale = useLocale();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const may = useCan()('host:terminal');
  const { data } = useQuery(trpc.host.terminal.queryOptions({}, { enabled: may, refetchInterval: REFRESH_MS }));
  const end = useMutation(
    trpc.host.endTerminal.mutationOptions({
      onSuccess: () => forgetTerminal('host'),
      onSettled: () => queries.invalidateQueries(trpc.host.terminal.pathFilter()),
    }),
  );
  if (data === undefined || data.open.length === 0) return null;
  const name = data.hostname;
  const command = th('loginShell');
  return (
    <ul>
      {data.open.map(({ id, startedAt, viewers }) => (
        <li
          key={id}
          className="flex flex-wrap items-center gap-x-4 gap-y-2 border-hairline border-b border-l-4 border-l-danger px-4 py-2 text-table"
        >
          <div className="min-w-0 flex-1 basis-60">
            <p className="font-semibold text-danger">{th('titleOf', { name })}</p>
            <p className="flex flex-wrap gap-x-3 text-caption text-muted tabular-nums">
              <span>{th('asUser', { user: data.user })}</span>
              <span>{t('started', { time: formatTime(startedAt, locale) })}</span>
              {viewers === 0 && <span>{t('unwatched')}</span>}
            </p>
            {end.isError && <ErrorNote error={end.error} title={t('notEnded')} />}
          </div>
          <span className="flex gap-2">
            <LinkButton size="compact" href="/host/terminal" aria-label={t('attachTo', { name, command })}>
              {t('attach')}
            </LinkButton>
            <Button
              size="compact"
              aria-label={t('endOf', { name, command })}
              loading={end.isPending}
              writes
              onClick={() => end.mutate({ terminalId: id })}
            >
              {t('end')}
            </Button>
          </span>
        </li>
      ))}
    </ul>
  );
}
