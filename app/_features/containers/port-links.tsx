'use client';
import { ExternalLink } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Popover } from 'radix-ui';
import type { ContainerSummary } from '../../_lib/trpc.ts';
import { Icon } from '../../_ui/icon.tsx';

type Ports = ContainerSummary['ports'];

/** Published TCP ports open in a new tab; a port bound to one address shows it instead of a link that may not work. */
export function PortLinks({ ports }: { ports: Ports }) {
  if (ports.length === 0) return null;
  return (
    <span className="flex flex-wrap gap-x-2">
      {ports.map((port) => (
        <PortLink key={keyOf(port)} port={port} />
      ))}
    </span>
  );
}

/** In one line, however many there are: the first, and the others behind their number. */
export function FirstPort({ ports }: { ports: Ports }) {
  const t = useTranslations('containers');
  // What can be opened tells most.
  const ordered = ports.toSorted((a, b) => Number(isLink(b)) - Number(isLink(a)));
  const [first, ...others] = ordered;
  if (first === undefined) return null;
  if (others.length === 0) return <PortLink port={first} />;
  return (
    <span className="flex items-center gap-1">
      <PortLink port={first} />
      <Popover.Root>
        <Popover.Trigger
          aria-label={t('morePorts', { count: others.length })}
          className="min-h-6 min-w-6 rounded-chip px-1 text-caption text-muted tabular-nums hover:bg-hover hover:text-fg aria-expanded:bg-hover max-md:min-h-11 max-md:min-w-11"
        >
          {`+${others.length}`}
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Content
            align="start"
            sideOffset={4}
            collisionPadding={12}
            aria-label={t('column_ports')}
            className="z-(--z-popover) flex max-h-60 flex-col gap-1 overflow-y-auto rounded-card border border-line bg-raised px-3 py-2 text-table shadow-float"
          >
            {ordered.map((port) => (
              <span key={keyOf(port)} className="flex min-h-6 items-center gap-3">
                <PortLink port={port} />
                <span className="ml-auto font-mono text-mono text-muted">{`→ ${port.containerPort}`}</span>
              </span>
            ))}
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
    </span>
  );
}

function PortLink({ port }: { port: Ports[number] }) {
  const text = isEverywhere(port) ? String(port.hostPort) : `${port.hostAddress}:${port.hostPort}`;
  if (!isLink(port)) return <span className="tabular-nums">{`${text}/${port.protocol}`}</span>;
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

function keyOf({ hostAddress, hostPort, protocol }: Ports[number]): string {
  return `${hostAddress}:${hostPort}/${protocol}`;
}
