'use client';
import type { ReactNode } from 'react';
import { ConfirmDialog } from './dialog.tsx';

interface Props {
  title: string;
  /** The fields, one below the other. */
  children: ReactNode;
  /** The verb on the button that sends the form. */
  action: string;
  onSubmit: () => void;
  onClose: () => void;
  /** Sent, and not yet answered. */
  busy?: boolean;
  /** Something is missing or wrong. */
  blocked?: boolean;
  /** Enter was pressed while `blocked`: the time to say what is wrong with fields nobody has left yet. */
  onBlocked?: () => void;
  danger?: boolean;
}

/**
 * A dialog with fields to fill in: Enter in a field sends it as the button does, once, and only when nothing blocks it.
 * What is dangerous is sent by its button alone.
 */
export function FormDialog({ title, children, action, onSubmit, onClose, busy, blocked, onBlocked, danger }: Props) {
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={title}
      action={action}
      onAction={onSubmit}
      busy={busy ?? false}
      blocked={blocked ?? false}
      danger={danger ?? false}
    >
      <form
        className="flex flex-col gap-3.5"
        onSubmit={(event) => {
          event.preventDefault();
          // React hands events of a portal to the parents in the tree: a form around the opener must not be sent as well.
          event.stopPropagation();
          if (danger === true) return;
          if (blocked === true) onBlocked?.();
          else if (busy !== true) onSubmit();
        }}
      >
        {children}
        {/* Without a button that submits, Enter does nothing in a form of several fields. */}
        <button type="submit" className="hidden" tabIndex={-1} aria-hidden="true" />
      </form>
    </ConfirmDialog>
  );
}
