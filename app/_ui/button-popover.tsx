'use client';
import { Popover } from 'radix-ui';
import { type ReactNode, type RefObject, useRef } from 'react';
import { cx } from '../_lib/cx.ts';

interface Props {
  label: string;
  align: 'start' | 'end';
  button: RefObject<HTMLElement | null>;
  onClose: () => void;
  className: string;
  children: ReactNode;
}

/** What a button opened, at that button, which gets the focus back unless somebody went on elsewhere. */
export function ButtonPopover({ label, align, button, onClose, className, children }: Props) {
  const wentOn = useRef(false);
  return (
    <Popover.Root open onOpenChange={(open) => !open && onClose()}>
      <Popover.Anchor virtualRef={button as RefObject<HTMLElement>} />
      <Popover.Portal>
        <Popover.Content
          align={align}
          sideOffset={6}
          collisionPadding={12}
          aria-label={label}
          onInteractOutside={(event) => {
            // The button closes it by itself.
            if (button.current?.contains(event.target as Node)) event.preventDefault();
            else wentOn.current = true;
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (!wentOn.current) button.current?.focus();
          }}
          className={cx('z-(--z-popover) border border-line bg-raised text-table shadow-float', className)}
        >
          {children}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
