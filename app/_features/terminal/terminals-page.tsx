'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { SquareTerminal } from 'lucide';
import { useLocale, useTranslations } from 'next-intl';
import { useState } from 'react';
import { formatDuration, formatTime } from '../../_lib/format.ts';
import { lazyPart } from '../../_lib/lazy-part.tsx';
import { type OwnTerminal, useTRPC } from '../../_lib/trpc.ts';
import { Button, LinkButton } from '../../_ui/button.tsx';
import { Link } from '../../_ui/link.tsx';
import { Page } from '../../_ui/page.tsx';
import { Empty, ErrorNote, SkeletonRows } from '../../_ui/states.tsx';
import { NoAccess } from '../shell/no-access.tsx';
import { useCan, useMe } from '../shell/use-me.ts';
import { HostTerminalRows } from './host-terminal-rows.tsx';
import { forgetTerminal } from './terminal-memory.ts';

const RenameTerminalDialog = lazyPart(() =>
  import('./rename-terminal.tsx').then((module) => module.RenameTerminalDialog),
);

/** Keys typed and sizes are no events: they are asked for again now and then. */
const REFRESH_MS = 5_000;

/** The shells one has open, in this tab or another: back to one, or end it. */
export function TerminalsPage() {
  const t = useTranslations('terminals');
  const trpc = useTRPC();
  const me = useMe();
  const may = useCan()('container:exec');
  const { data, error, isPending, refetch } = useQuery(
    trpc.terminals.list.queryOptions({}, { enabled: may, refetchInterval: REFRESH_MS }),
  );
  if (me !== undefined && !may)
    return (
      <Page title={t('title')}>
        <NoAccess permission="container:exec" />
      </Page>
    );
  return (
    <Page title={t('title')} facts={<span>{t('text')}</span>}>
      {error !== null && <ErrorNote error={error} onRetry={() => void refetch()} />}
      <div className="rounded-card border border-line bg-surface">
        <HostTerminalRows />
        {isPending && <SkeletonRows rows={3} />}
        {data?.length === 0 && (
          <Empty icon={SquareTerminal} title={t('empty')} text={t('emptyText')}>
            <LinkButton href="/containers?state=running">{t('toContainers')}</LinkButton>
          </Empty>
        )}
        <ul>
          {data?.map((terminal) => (
            <TerminalRow key={terminal.id} terminal={terminal} />
          ))}
        </ul>
      </div>
    </Page>
  );
}

function TerminalRow({ terminal }: { terminal: OwnTerminal }) {
  const t = useTranslations('terminals');
  const tt = useTranslations('terminal');
  const locale = useLocale();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const end = useMutation(
    trpc.terminals.end.mutationOptions({
      onSuccess: () => forgetTerminal(terminal.containerId),
      onSettled: () => queries.invalidateQueries(trpc.terminals.pathFilter()),
    }),
  );
  const [renaming, setRenaming] = useState(false);
  const { containerName: name, title, args, user, startedAt, lastInputAt, size, viewers } = terminal;
  const command = args.join(' ');
  const facts = [
    user !== undefined && tt('asUser', { user }),
    t('started', { time: formatTime(startedAt, locale) }),
    lastInputAt !== undefined && t('input', { time: formatDuration(Date.now() - lastInputAt.getTime(), locale) }),
    size !== undefined && tt('size', { columns: String(size.columns), rows: String(size.rows) }),
    viewers === 0 && t('unwatched'),
  ].filter((fact) => fact !== false);
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-hairline border-b px-4 py-2 text-table last:border-b-0 max-md:px-3">
      <div className="min-w-0 flex-1 basis-60">
        <p className="flex flex-wrap gap-x-2 [overflow-wrap:anywhere]">
          <Link href={`/containers/${encodeURIComponent(name)}`} className="font-semibold hover:text-accent">
            {name}
          </Link>
          {title !== undefined && <span className="font-medium">{title}</span>}
          <span className="font-mono text-mono">{command}</span>
        </p>
        <p className="flex flex-wrap gap-x-3 text-caption text-muted tabular-nums">
          {facts.map((fact) => (
            <span key={fact}>{fact}</span>
          ))}
        </p>
        {end.isError && <ErrorNote error={end.error} title={t('notEnded')} />}
      </div>
      <span className="flex gap-2">
        <LinkButton
          size="compact"
          href={`/containers/${encodeURIComponent(name)}/terminal?session=${terminal.id}`}
          aria-label={t('attachTo', { name, command })}
        >
          {t('attach')}
        </LinkButton>
        <Button size="compact" aria-label={t('renameOf', { name, command })} onClick={() => setRenaming(true)}>
          {t('rename')}
        </Button>
        <Button
          size="compact"
          aria-label={t('endOf', { name, command })}
          loading={end.isPending}
          writes
          onClick={() => end.mutate({ containerId: terminal.containerId, terminalId: terminal.id })}
        >
          {t('end')}
        </Button>
      </span>
      {renaming && <RenameTerminalDialog terminal={terminal} onClose={() => setRenaming(false)} />}
    </li>
  );
}
