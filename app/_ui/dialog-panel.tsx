'use client';
import { useTranslations } from 'next-intl';
import { Dialog as Radix } from 'radix-ui';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { cx } from '../_lib/cx.ts';
import { Button } from './button.tsx';

export interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  children: ReactNode;
  /** The verb with its number, such as "Remove 3 containers". */
  action: string;
  onAction: () => void;
  busy?: boolean;
  /** Not yet possible, for example before a name is typed. */
  blocked?: boolean;
  danger?: boolean;
  /** There is nothing to call off any more. */
  only?: boolean;
  /** For what is read in it. */
  wide?: boolean;
}

/**
 * Asks before something that removes: focus starts on Cancel, and the verb takes no press for half a second, so that a
 * double click or a held Enter cannot confirm what nobody has read.
 */
export function DialogPanel({
  open,
  onOpenChange,
  title,
  children,
  action,
  onAction,
  busy,
  blocked,
  danger,
  only,
  wide,
}: DialogProps) {
  const t = useTranslations('ui');
  const cancel = useRef<HTMLButtonElement>(null);
  const opener = useRef<HTMLElement>(null);
  const [armed, setArmed] = useState(false);
  useEffect(() => {
    if (!open) return;
    const timer = setTimeout(() => setArmed(true), 500);
    return () => {
      clearTimeout(timer);
      setArmed(false);
    };
  }, [open]);
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-(--z-dialog) bg-scrim" />
        <Radix.Content
          aria-describedby={undefined}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            const back = opener.current?.isConnected ? opener.current : document.getElementById('content');
            back?.focus();
          }}
          onOpenAutoFocus={(event) => {
            opener.current = focusedBefore();
            if (!danger) return;
            event.preventDefault();
            cancel.current?.focus();
          }}
          className={cx(
            'fixed z-(--z-dialog) flex max-h-dvh flex-col overflow-hidden border border-line bg-raised shadow-dialog max-md:inset-x-0 max-md:bottom-0 max-md:rounded-t-dialog md:top-1/2 md:left-1/2 md:max-h-[calc(100dvh-48px)] md:-translate-x-1/2 md:-translate-y-1/2 md:rounded-dialog',
            wide ? 'md:w-[min(1080px,calc(100vw-48px))]' : 'md:w-[520px]',
          )}
        >
          <Radix.Title className="px-5 pt-5 pb-1 font-semibold text-heading">{title}</Radix.Title>
          <div className="min-h-0 flex-1 overflow-auto px-5 pt-2 pb-4 text-table">{children}</div>
          <div className="flex flex-none justify-end gap-2 border-hairline border-t bg-canvas px-5 py-3 max-md:flex-col-reverse">
            {only !== true && (
              <Button ref={cancel} onClick={() => onOpenChange(false)}>
                {t('cancel')}
              </Button>
            )}
            <Button
              variant={danger ? 'danger-fill' : 'primary'}
              writes
              loading={busy ?? false}
              disabled={!armed || blocked === true}
              onClick={onAction}
            >
              {action}
            </Button>
          </div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** What gets the focus back. An item of a menu is gone by then, so it is the button of the menu. */
function focusedBefore(): HTMLElement | null {
  const focused = document.activeElement;
  if (!(focused instanceof HTMLElement)) return null;
  const buttonId = focused.closest('[role="menu"]')?.getAttribute('aria-labelledby');
  return buttonId === undefined || buttonId === null ? focused : document.getElementById(buttonId);
}
