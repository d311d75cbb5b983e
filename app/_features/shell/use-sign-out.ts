import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { copyText } from '../../_lib/clipboard.ts';
import { toFailure, useFailureText } from '../../_lib/errors.ts';
import { closeSockets, reopenSockets } from '../../_lib/socket.ts';
import { useTRPC } from '../../_lib/trpc.ts';
import { toast } from '../../_ui/toast.ts';

/** Ends the session; a full load leaves nothing of the old one in memory. */
export function useSignOut(): () => void {
  const t = useTranslations('ui');
  const trpc = useTRPC();
  const failureText = useFailureText();
  const { mutate } = useMutation(
    trpc.session.signOut.mutationOptions({
      onMutate: closeSockets,
      onSuccess: () => window.location.assign('/login'),
      onError: (error) => {
        reopenSockets();
        const text = failureText(toFailure(error));
        toast.error(text, {
          duration: Number.POSITIVE_INFINITY,
          action: { label: t('copy'), onClick: () => void copyText(text) },
        });
      },
    }),
  );
  return () => mutate({});
}
