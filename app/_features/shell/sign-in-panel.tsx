'use client';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { Dialog } from 'radix-ui';
import { noteSessionBegin } from '../../_lib/session-end.ts';
import { reopenSockets } from '../../_lib/socket.ts';
import { SignInForm } from '../auth/sign-in-form.tsx';
import { useMe } from './use-me.ts';

/** Over the page when its session has ended: what was typed there stays, and everything goes on after sign-in. */
export function SignInPanel({ reason }: { reason: string | undefined }) {
  const t = useTranslations('auth');
  const queries = useQueryClient();
  const me = useMe();
  function signedIn({ id }: { id: string }) {
    // Somebody else must not see what is in this tab's memory.
    if (me !== undefined && me.id !== id) return window.location.reload();
    noteSessionBegin();
    reopenSockets();
    void queries.invalidateQueries();
  }
  return (
    <Dialog.Root open={reason !== undefined}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-(--z-dialog) bg-scrim" />
        <Dialog.Content
          aria-describedby={undefined}
          onEscapeKeyDown={(event) => event.preventDefault()}
          onPointerDownOutside={(event) => event.preventDefault()}
          className="fixed top-1/2 left-1/2 z-(--z-dialog) w-[400px] max-w-[calc(100vw-24px)] -translate-x-1/2 -translate-y-1/2 rounded-dialog border border-line bg-raised p-7 shadow-dialog max-sm:p-5"
        >
          <Dialog.Title className="sr-only">{t('endedTitle')}</Dialog.Title>
          <SignInForm
            title={t('endedTitle')}
            text={t('endedText', { reason: reason ?? 'expired' })}
            name={me?.name}
            onSignedIn={signedIn}
          />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
