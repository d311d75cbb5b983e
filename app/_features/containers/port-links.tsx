'use client';
import { ExternalLink } from 'lucide-react';
import type { ContainerSummary } from '../../_lib/trpc.ts';
import { Icon } from '../../_ui/icon.tsx';

/** Published TCP ports open in a new tab; a port bound to one address shows it instead of a link that may not work. */
export function PortLinks({ ports }: { ports: ContainerSummary['ports'] }) {
  if (ports.length === 0) return null;
  return (
    <span className="flex flex-wrap gap-x-2">
      {ports.map((port) => {
        const everywhere = port.hostAddress === '' || port.hostAddress === '0.0.0.0' || port.hostAddress === '::';
        const text = everywhere ? String(port.hostPort) : `${port.hostAddress}:${port.hostPort}`;
        const key = `${port.hostAddress}:${port.hostPort}/${port.protocol}`;
        if (port.protocol !== 'tcp' || !everywhere) return <span key={key}>{`${text}/${port.protocol}`}</span>;
        return (
          <a
            key={key}
            href={`http://${typeof window === 'undefined' ? 'localhost' : window.location.hostname}:${port.hostPort}/`}
            target="_blank"
            rel="noopener noreferrer"
            className="inline-flex items-center gap-1 text-accent hover:underline"
          >
            {text}
            <Icon icon={ExternalLink} size={14} />
          </a>
        );
      })}
    </span>
  );
}
