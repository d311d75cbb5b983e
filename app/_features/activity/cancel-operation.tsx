import { useMutation, useQueryClient } from '@tanstack/react-query';
import { X } from 'lucide';
import { useTranslations } from 'next-intl';
import { type Operation, useTRPC } from '../../_lib/trpc.ts';
import { IconButton } from '../../_ui/icon-button.tsx';
import { useCanOn } from '../shell/use-me.ts';
import { isActive } from './operation-state.ts';

/** Offered while it runs; not twice: what was begun is being taken back then. */
export function useCancel(operation: Operation) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const may = useCanOn('operation:cancel', operation.actorId);
  const { mutate, isPending } = useMutation(
    trpc.operations.cancel.mutationOptions({
      onSettled: () => queries.invalidateQueries(trpc.operations.pathFilter()),
    }),
  );
  return {
    offered: isActive(operation) && may,
    isPending: isPending || operation.cancelling,
    cancel: () => mutate({ operationId: operation.id }),
  };
}

/** Gone once it is over; disabled while what was begun is taken back. */
export function CancelOperation({ operation }: { operation: Operation }) {
  const t = useTranslations('tray');
  const { offered, isPending, cancel } = useCancel(operation);
  if (!offered) return null;
  return (
    <IconButton
      icon={X}
      label={t('cancel', { name: operation.object?.name ?? operation.kind })}
      writes
      disabled={isPending}
      onClick={cancel}
    />
  );
}
