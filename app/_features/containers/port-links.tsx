'use client';
import { ExternalLink } from 'lucide';
import { useTranslations } from 'next-intl';
import { memo, useRef, useState } from 'react';
import { lazyPart } from '../../_lib/lazy-part.tsx';
import type { ContainerSummary } from '../../_lib/trpc.ts';
import { Icon } from '../../_ui/icon.tsx';

const PortsPanel = lazyPart(() => import('./ports-panel.tsx').then((module) => module.PortsPanel));

export type Ports = ContainerSummary['ports'];

/** Published TCP ports open in a new tab; a port bound to one address shows it instead of a link that may not work. */
export function PortLinks({ ports }: { ports: Ports }) {
  if (ports.length === 0) return null;
  return (
    <span className="flex flex-wrap gap-x-2">
      {ports.map((port) => (
        <PortLink key={keyOfPort(port)} port={port} />
      ))}
    </span>
  );
}

/** In one line, however many there are: the first, and the others behind their number. */
export const FirstPort = memo(function FirstPort({ ports }: { ports: Ports }) {
  const t = useTranslations('containers');
  const button = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  // What can be opened tells most.
  const ordered = ports.toSorted((a, b) => Number(isLink(b)) - Number(isLink(a)));
  const [first, ...others] = ordered;
  if (first === undefined) return null;
  if (others.length === 0) return <PortLink port={first} short />;
  return (
    <span className="flex items-center gap-1">
      <PortLink port={first} short />
      <button
        ref={button}
        type="button"
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-label={t('morePorts', { count: others.length })}
        className="min-h-6 min-w-6 rounded-chip px-1 text-caption text-muted tabular-nums hover:bg-hover hover:text-fg aria-expanded:bg-hover max-md:min-h-11 max-md:min-w-11"
        onPointerEnter={PortsPanel.prepare}
        onFocus={PortsPanel.prepare}
        onClick={() => setOpen(!open)}
      >
        {`+${others.length}`}
      </button>
      {open && <PortsPanel ports={ordered} button={button} onClose={() => setOpen(false)} />}
    </span>
  );
});

/** `short`: TCP goes without saying, as it does in a link. */
export function PortLink({ port, short = false }: { port: Ports[number]; short?: boolean }) {
  const text = isEverywhere(port) ? String(port.hostPort) : `${port.hostAddress}:${port.hostPort}`;
  if (!isLink(port))
    return <span className="tabular-nums">{short && port.protocol === 'tcp' ? text : `${text}/${port.protocol}`}</span>;
  return (
    <a
      href={`http://${typeof window === 'undefined' ? 'localhost' : window.location.hostname}:${port.hostPort}/`}
      target="_blank"
      rel="noopener noreferrer"
      className="inline-flex min-h-6 items-center gap-1 text-accent tabular-nums hover:underline"
    >
      {text}
      <Icon icon={ExternalLink} size={14} />
    </a>
  );
}

function isEverywhere({ hostAddress }: Ports[number]): boolean {
  return hostAddress === '' || hostAddress === '0.0.0.0' || hostAddress === '::';
}

function isLink(port: Ports[number]): boolean {
  return port.protocol === 'tcp' && isEverywhere(port);
}

export function keyOfPort({ hostAddress, hostPort, protocol }: Ports[number]): string {
  return `${hostAddress}:${hostPort}/${protocol}`;
}
