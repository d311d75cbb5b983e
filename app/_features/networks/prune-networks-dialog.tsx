'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { type NetworkSummary, useTRPC } from '../../_lib/trpc.ts';
import { ConfirmDialog, ObjectList } from '../../_ui/dialog.tsx';
import { ErrorNote } from '../../_ui/states.tsx';
import { matchesNetwork } from './network-list.ts';

/** Lists the networks without a container; one made after those is not removed. */
export function PruneNetworksDialog({
  networks,
  onClose,
}: {
  networks: readonly NetworkSummary[];
  onClose: () => void;
}) {
  const t = useTranslations('networks');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const containers = useQuery(trpc.containers.list.queryOptions({}));
  const [listed] = useState(networks);
  const named = new Set(containers.data?.map(({ networkMode }) => networkMode));
  const unused = listed.filter((network) => matchesNetwork(network, 'unused') && !named.has(network.name));
  const prune = useMutation(
    trpc.networks.prune.mutationOptions({
      onSuccess: onClose,
      onSettled: () => queries.invalidateQueries(trpc.networks.pathFilter()),
    }),
  );
  const count = unused.length;
  // By the server's clock: the browser's may be another.
  const until = new Date(Math.max(0, ...unused.map(({ createdAt }) => createdAt.getTime())) + 1);
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('pruneTitle', { count })}
      action={t('pruneAction', { count })}
      busy={prune.isPending}
      blocked={count === 0 || !containers.isSuccess}
      onAction={() => prune.mutate({ until })}
      danger
    >
      {prune.isError && <ErrorNote error={prune.error} title={t('removeFailed')} />}
      {count > 0 && (
        <ObjectList
          items={unused.map(({ name, subnets }) => ({ name, aside: subnets.map(({ subnet }) => subnet).join(', ') }))}
        />
      )}
      <p className="text-muted">{t('pruneText')}</p>
    </ConfirmDialog>
  );
}
