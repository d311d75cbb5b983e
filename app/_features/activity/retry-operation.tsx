import { useMutation, useQueryClient } from '@tanstack/react-query';
import { RotateCw, Upload } from 'lucide';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { toFailure, useFailureText } from '../../_lib/errors.ts';
import { dismiss } from '../../_lib/preferences.ts';
import { type Operation, useTRPC } from '../../_lib/trpc.ts';
import { Button, LinkButton } from '../../_ui/button.tsx';
import { IconButton } from '../../_ui/icon-button.tsx';
import { toast } from '../../_ui/toast.ts';
import { failureKey } from '../home/problem-key.ts';
import { useCan } from '../shell/use-me.ts';
import { isBad } from './operation-state.ts';

/** What it takes to ask for the same again; the server decides once more. */
const NEEDS: Readonly<Record<string, string>> = {
  'image.import': 'image:load',
  'image.load': 'image:load',
  'image.prune': 'image:prune',
  'container.commit': 'container:commit',
  'containers.start': 'container:start',
  'containers.stop': 'container:stop',
  'containers.restart': 'container:restart',
  'containers.kill': 'container:kill',
  'containers.pause': 'container:pause',
  'containers.unpause': 'container:pause',
  'containers.remove': 'container:remove',
  'volume.prune': 'cleanup:run',
  'volume.clone': 'volume:backup',
};

const SENT_AGAIN: Readonly<Record<string, string>> = { 'image.import': '/images/import', 'image.load': '/images/load' };

/** Whether the same may be asked for again here, and how. */
export function useRetry(operation: Operation) {
  const t = useTranslations('tray');
  const failureText = useFailureText();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const can = useCan();
  const { mutate, isPending } = useMutation(
    trpc.operations.retry.mutationOptions({
      // Whoever asks for it again has seen that it failed.
      onSuccess: () => dismiss(failureKey(operation)),
      onError: (error) => toast.error(t('notRetried', { why: failureText(toFailure(error)) })),
      onSettled: () => queries.invalidateQueries(trpc.operations.pathFilter()),
    }),
  );
  const needed = NEEDS[operation.kind];
  return {
    offered: operation.canRetry && needed !== undefined && can(needed),
    isPending,
    retry: (onBegun?: (operationId: string) => void) =>
      mutate({ operationId: operation.id }, { onSuccess: ({ operationId }) => onBegun?.(operationId) }),
  };
}

/** In a row: the new operation comes above by itself. */
export function RetryIcon({ operation }: { operation: Operation }) {
  const t = useTranslations('tray');
  const { offered, isPending, retry } = useRetry(operation);
  if (!offered) return null;
  return (
    <IconButton
      icon={RotateCw}
      label={t('retryName', { name: operation.object?.name ?? operation.kind })}
      writes
      disabled={isPending}
      onClick={() => retry()}
    />
  );
}

/** On its page: the page of the new one opens. A file of somebody's computer has to be chosen again. */
export function RetryButton({ operation, size }: { operation: Operation; size?: 'compact' }) {
  const t = useTranslations('tray');
  const router = useRouter();
  const can = useCan();
  const { offered, isPending, retry } = useRetry(operation);
  const upload = SENT_AGAIN[operation.kind];
  if (offered) {
    return (
      <Button
        icon={RotateCw}
        size={size}
        variant={size === undefined ? 'primary' : 'plain'}
        writes
        loading={isPending}
        onClick={() => retry((id) => router.push(`/activity/operations/${id}`))}
      >
        {t('retry')}
      </Button>
    );
  }
  if (upload === undefined || operation.canRetry || !isBad(operation) || !can('image:load')) return null;
  return (
    <LinkButton icon={Upload} href={upload} size={size}>
      {t('chooseAgain')}
    </LinkButton>
  );
}
