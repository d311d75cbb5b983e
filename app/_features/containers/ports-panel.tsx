'use client';
import { useTranslations } from 'next-intl';
import type { RefObject } from 'react';
import { ButtonPopover } from '../../_ui/button-popover.tsx';
import { keyOfPort, PortLink, type Ports } from './port-links.tsx';

/** All ports of a container at the button that opened it, each with the port inside. */
export function PortsPanel({
  ports,
  button,
  onClose,
}: {
  ports: Ports;
  button: RefObject<HTMLElement | null>;
  onClose: () => void;
}) {
  const t = useTranslations('containers');
  return (
    <ButtonPopover
      label={t('column_ports')}
      align="start"
      button={button}
      onClose={onClose}
      className="flex max-h-60 flex-col gap-1 overflow-y-auto rounded-card px-3 py-2"
    >
      {ports.map((port) => (
        <span key={keyOfPort(port)} className="flex min-h-6 items-center gap-3">
          <PortLink port={port} />
          <span className="ml-auto font-mono text-mono text-muted">{`→ ${port.containerPort}`}</span>
        </span>
      ))}
    </ButtonPopover>
  );
}
