'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Trash2 } from 'lucide';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { type NetworkSummary, useTRPC } from '../../_lib/trpc.ts';
import { useRemoval } from '../../_lib/use-removal.ts';
import { ConfirmDialog, ObjectList } from '../../_ui/dialog.tsx';
import { IconButton } from '../../_ui/icon-button.tsx';
import { FailureNote, HolderNote } from '../../_ui/removal-notes.tsx';
import { stoppedOn } from './network-list.ts';

export function RemoveNetworkButton({ network }: { network: NetworkSummary }) {
  const t = useTranslations('networks');
  const [open, setOpen] = useState(false);
  return (
    <span className="flex justify-end">
      <IconButton
        icon={Trash2}
        label={t('removeOf', { name: network.name })}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      />
      {open && <RemoveNetworksDialog networks={[network]} onClose={() => setOpen(false)} />}
    </span>
  );
}

/**
 * Says who is on each network: one with a running container stays, a stopped one would not start again. What was listed
 * is removed one after the other; what could not be is named and stays listed.
 */
export function RemoveNetworksDialog({
  networks,
  onClose,
  onRemoved,
  onLeft,
}: {
  networks: readonly NetworkSummary[];
  onClose: () => void;
  onRemoved?: () => void;
  /** Those that are still there. */
  onLeft?: (ids: readonly string[]) => void;
}) {
  const t = useTranslations('networks');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { data: containers = [] } = useQuery(trpc.containers.list.queryOptions({}));
  const one = useMutation(trpc.networks.remove.mutationOptions());
  const { listed, free, failed, busy, start } = useRemoval({
    items: networks,
    isFree: ({ endpoints }) => endpoints.length === 0,
    remove: ({ id }) => one.mutateAsync({ networkId: id }),
    refresh: () => queries.invalidateQueries(trpc.networks.pathFilter()),
    onLeft: (left) => onLeft?.(left.map(({ id }) => id)),
    onDone() {
      onClose();
      onRemoved?.();
    },
  });
  const stopped = free.flatMap((network) => stoppedOn(network, containers));
  const running = listed.flatMap(({ endpoints }) =>
    endpoints.map(({ containerId, name }) => ({ id: containerId, name })),
  );
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('removeTitle', { count: listed.length })}
      action={t('removeAction', { count: free.length })}
      busy={busy}
      blocked={free.length === 0}
      onAction={start}
      danger
    >
      <FailureNote title={t('removeFailed')} failed={failed.map(({ item: { name }, error }) => ({ name, error }))} />
      <ObjectList
        items={listed.map(({ name, subnets, endpoints }) => ({
          name,
          aside: subnets.map(({ subnet }) => subnet).join(', '),
          ...(endpoints.length > 0 && listed.length > 1 ? { note: t('removeStays') } : {}),
        }))}
      />
      {running.length > 0 && <HolderNote text={t('removeUsed', { count: running.length })} containers={running} />}
      {stopped.length > 0 && <HolderNote text={t('removeStopped', { count: stopped.length })} containers={stopped} />}
      {free.length > 0 && <p className="mt-2 text-muted">{t('removeText', { count: free.length })}</p>}
    </ConfirmDialog>
  );
}
