'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { type NetworkSummary, useTRPC } from '../../_lib/trpc.ts';
import { ConfirmDialog, ObjectList } from '../../_ui/dialog.tsx';
import { IconButton } from '../../_ui/icon-button.tsx';
import { ErrorNote, Note } from '../../_ui/states.tsx';

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
      {open && <RemoveNetworkDialog network={network} onClose={() => setOpen(false)} />}
    </span>
  );
}

/** Says who is on the network: with a running container it stays, a stopped one would not start again. */
export function RemoveNetworkDialog({
  network,
  onClose,
  onRemoved,
}: {
  network: NetworkSummary;
  onClose: () => void;
  onRemoved?: () => void;
}) {
  const t = useTranslations('networks');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { data: containers = [] } = useQuery(trpc.containers.list.queryOptions({}));
  const remove = useMutation(
    trpc.networks.remove.mutationOptions({
      onSuccess() {
        onClose();
        onRemoved?.();
      },
      onSettled: () => queries.invalidateQueries(trpc.networks.pathFilter()),
    }),
  );
  const { endpoints } = network;
  const blocked = endpoints.length > 0;
  const stopped = containers.filter(
    ({ id, networkMode }) => networkMode === network.name && !endpoints.some(({ containerId }) => containerId === id),
  );
  const named = blocked ? endpoints.map(({ containerId, name }) => ({ id: containerId, name })) : stopped;
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('removeTitle')}
      action={t('removeAction')}
      busy={remove.isPending}
      blocked={blocked}
      onAction={() => remove.mutate({ networkId: network.id })}
      danger
    >
      {remove.isError && <ErrorNote error={remove.error} title={t('removeFailed')} />}
      <ObjectList items={[{ name: network.name, aside: network.subnets.map(({ subnet }) => subnet).join(', ') }]} />
      {named.length > 0 && (
        <Note tone="warning" role="alert">
          <p>{t(blocked ? 'removeUsed' : 'removeStopped', { count: named.length })}</p>
          <ul className="mt-1 flex flex-wrap gap-x-3">
            {named.map(({ id, name }) => (
              <li key={id}>
                <Link href={`/containers/${encodeURIComponent(name)}`} className="font-medium underline">
                  {name}
                </Link>
              </li>
            ))}
          </ul>
        </Note>
      )}
      {!blocked && <p className="mt-2 text-muted">{t('removeText')}</p>}
    </ConfirmDialog>
  );
}
