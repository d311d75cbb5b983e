'use client';
import { CircleCheck, CircleDashed, ExternalLink, type IconNode, OctagonX, Server, TriangleAlert } from 'lucide';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import type { DataColumn } from '../../_ui/data-table/index.ts';
import { Icon } from '../../_ui/icon.tsx';
import { Link } from '../../_ui/link.tsx';
import { StateChip, type Tone } from '../../_ui/state-chip.tsx';
import { isEverywhere, PORT_STATES, type PortRow, type PortState, stateOf } from './port-list.ts';

const STATES: Record<PortState, { icon: IconNode; tone: Tone; quiet: boolean }> = {
  conflict: { icon: OctagonX, tone: 'danger', quiet: false },
  silent: { icon: TriangleAlert, tone: 'warning', quiet: false },
  loopback: { icon: TriangleAlert, tone: 'warning', quiet: false },
  open: { icon: CircleCheck, tone: 'success', quiet: true },
  stopped: { icon: CircleDashed, tone: 'neutral', quiet: true },
  host: { icon: Server, tone: 'neutral', quiet: true },
};

export function usePortColumns(): readonly DataColumn<PortRow>[] {
  const t = useTranslations('ports');
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('port'),
        locked: true,
        sortValue: (row) => row.hostPort,
        cell: (row) => <HostPort row={row} />,
        className: 'py-1 pl-4 max-md:py-0',
        phone: 'title',
      },
      {
        id: 'protocol',
        header: t('protocol'),
        sortValue: (row) => row.protocol,
        cell: (row) => <span className="font-mono text-mono">{row.protocol}</span>,
        className: 'text-muted',
      },
      {
        id: 'container',
        header: t('leadsTo'),
        sortValue: (row) => row.published?.container.name,
        cell: (row) => <Target row={row} />,
        phone: 'left',
      },
      {
        id: 'stack',
        header: t('stack'),
        sortValue: (row) => row.published?.stack,
        cell: (row) => row.published?.stack ?? '–',
        className: 'text-muted max-lg:hidden',
      },
      {
        id: 'state',
        header: t('state'),
        // Conflicts stand on top, other programs below; among equals the number decides.
        sortValue: (row) => (row.published === undefined ? 2 : stateOf(row) === 'conflict' ? 0 : 1),
        cell: (row) => <State row={row} />,
        phone: 'line',
      },
      {
        id: 'whose',
        header: t('whose'),
        optional: true,
        sortValue: (row) => PORT_STATES.indexOf(stateOf(row)),
        cell: (row) => t(row.published === undefined && !isDashboard(row.hostPort) ? 'ofHost' : 'ofDavit'),
        className: 'text-muted',
      },
    ],
    [t],
  );
}

/** A TCP port that everybody reaches is a link. */
function HostPort({ row: { hostAddress, hostPort, protocol, published } }: { row: PortRow }) {
  // What a stopped container asks for may name no address.
  const text = `${hostAddress.includes(':') ? `[${hostAddress}]` : hostAddress || '0.0.0.0'}:${hostPort}`;
  const look = 'font-mono text-mono tabular-nums';
  if (protocol !== 'tcp' || published?.open !== true || !isEverywhere(hostAddress)) {
    return (
      <span data-row-link tabIndex={-1} className={look}>
        {text}
        {protocol !== 'tcp' && <span className="text-muted md:hidden">{`/${protocol}`}</span>}
      </span>
    );
  }
  return (
    <a
      data-row-link
      href={`http://${typeof window === 'undefined' ? 'localhost' : window.location.hostname}:${hostPort}/`}
      target="_blank"
      rel="noopener noreferrer"
      className={`inline-flex items-center gap-1 text-accent hover:underline ${look}`}
    >
      {text}
      <Icon icon={ExternalLink} size={14} />
    </a>
  );
}

/** The server that sent this page. */
function isDashboard(hostPort: number): boolean {
  return typeof window !== 'undefined' && window.location.port === String(hostPort);
}

function Target({ row: { published, hostPort } }: { row: PortRow }) {
  const t = useTranslations('ports');
  if (published === undefined) {
    return <span className="text-muted">{t(isDashboard(hostPort) ? 'dashboard' : 'hostProgram')}</span>;
  }
  const { container, containerPort } = published;
  return (
    <span className="[overflow-wrap:anywhere]">
      <Link
        translate="no"
        href={`/containers/${encodeURIComponent(container.name)}`}
        className="font-medium hover:text-accent"
      >
        {container.name}
      </Link>
      <span className="font-mono text-mono text-muted tabular-nums">{`:${containerPort}`}</span>
    </span>
  );
}

function State({ row }: { row: PortRow }) {
  const t = useTranslations('ports');
  const state = stateOf(row);
  const conflict = row.published?.conflict;
  const own = state === 'host' && isDashboard(row.hostPort);
  const text =
    conflict === undefined
      ? t(own ? 'ofDavit' : `states.${state}`)
      : conflict.kind === 'container'
        ? t('usedBy', { name: conflict.name })
        : t('usedByHost');
  return (
    <span title={own ? undefined : t(`hints.${state}`)}>
      <StateChip {...STATES[state]}>{text}</StateChip>
    </span>
  );
}
