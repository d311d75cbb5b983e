'use client';
import { useTranslations } from 'next-intl';
import { Popover } from 'radix-ui';
import type { RefObject } from 'react';
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
    <Popover.Root open onOpenChange={(open) => !open && onClose()}>
      <Popover.Anchor virtualRef={button as RefObject<HTMLElement>} />
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={4}
          collisionPadding={12}
          aria-label={t('column_ports')}
          onInteractOutside={(event) => {
            // The button closes it by itself.
            if (button.current?.contains(event.target as Node)) event.preventDefault();
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            button.current?.focus();
          }}
          className="z-(--z-popover) flex max-h-60 flex-col gap-1 overflow-y-auto rounded-card border border-line bg-raised px-3 py-2 text-table shadow-float"
        >
          {ports.map((port) => (
            <span key={keyOfPort(port)} className="flex min-h-6 items-center gap-3">
              <PortLink port={port} />
              <span className="ml-auto font-mono text-mono text-muted">{`→ ${port.containerPort}`}</span>
            </span>
          ))}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
