import { useMutation } from '@tanstack/react-query';
import { toFailure, useFailureText } from '../../_lib/errors.ts';
import { closeSockets, reopenSockets } from '../../_lib/socket.ts';
import { useTRPC } from '../../_lib/trpc.ts';
import { toast } from '../../_ui/toast.ts';

/** Ends the session; a full load leaves nothing of the old one in memory. */
export function useSignOut(): () => void {
  const trpc = useTRPC();
  const failureText = useFailureText();
  const { mutate } = useMutation(
    trpc.session.signOut.mutationOptions({
      onMutate: closeSockets,
      onSuccess: () => window.location.assign('/login'),
      onError: (error) => {
        reopenSockets();
        toast.error(failureText(toFailure(error)));
      },
    }),
  );
  return () => mutate({});
}
