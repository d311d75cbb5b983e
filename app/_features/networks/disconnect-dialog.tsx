'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useTRPC } from '../../_lib/trpc.ts';
import { useOfferUndo } from '../../_lib/use-offer-undo.ts';
import { ConfirmDialog, ObjectList } from '../../_ui/dialog.tsx';
import { ErrorNote } from '../../_ui/states.tsx';
import { endpointOf } from './endpoint-of.ts';

/** Takes a container off a network, at once when it runs. */
export function DisconnectDialog({
  network,
  container,
  onClose,
}: {
  network: { id: string; name: string };
  container: { id: string; name: string; address: string };
  onClose: () => void;
}) {
  const t = useTranslations('networks');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const offerUndo = useOfferUndo();
  const { mutateAsync: takeBack } = useMutation(trpc.networks.connect.mutationOptions());
  const { data: detail } = useQuery(trpc.containers.get.queryOptions({ containerId: container.id }));
  const [before, setBefore] = useState<ReturnType<typeof endpointOf>>();
  const disconnect = useMutation(
    trpc.networks.disconnect.mutationOptions({
      onSuccess() {
        onClose();
        if (before === undefined) return;
        offerUndo(t('doneDisconnect', { container: container.name, network: network.name }), () =>
          takeBack({ networkId: network.id, containerId: container.id, ...before }),
        );
      },
      onSettled: () =>
        Promise.all([
          queries.invalidateQueries(trpc.networks.pathFilter()),
          queries.invalidateQueries(trpc.containers.pathFilter()),
        ]),
    }),
  );
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('disconnectTitle', { name: network.name })}
      action={t('disconnectAction')}
      busy={disconnect.isPending}
      onAction={() => {
        setBefore(detail && endpointOf(detail, network));
        disconnect.mutate({ networkId: network.id, containerId: container.id });
      }}
      danger
    >
      {disconnect.isError && <ErrorNote error={disconnect.error} title={t('disconnectFailed')} />}
      <ObjectList items={[{ name: container.name, aside: container.address }]} />
      <p className="text-muted">{t('disconnectText')}</p>
    </ConfirmDialog>
  );
}
