'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { toFailure, useFailureText } from '../../_lib/errors.ts';
import { type NetworkSummary, useTRPC } from '../../_lib/trpc.ts';
import { ConfirmDialog, ObjectList } from '../../_ui/dialog.tsx';
import { IconButton } from '../../_ui/icon-button.tsx';
import { Note } from '../../_ui/states.tsx';

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
  const failureText = useFailureText();
  const { data: containers = [] } = useQuery(trpc.containers.list.queryOptions({}));
  const [left, setLeft] = useState(networks);
  const free = left.filter(({ endpoints }) => endpoints.length === 0);
  const one = useMutation(trpc.networks.remove.mutationOptions());
  const all = useMutation({
    async mutationFn() {
      const failed: { network: NetworkSummary; error: unknown }[] = [];
      for (const network of free) {
        try {
          await one.mutateAsync({ networkId: network.id });
        } catch (error) {
          // Somebody else was faster, and it is gone as was asked for.
          if (toFailure(error).code !== 'not_found') failed.push({ network, error });
        }
      }
      return failed;
    },
    onSuccess(failed) {
      const stayed = left.filter(
        (network) => !free.includes(network) || failed.some((failure) => failure.network === network),
      );
      onLeft?.(stayed.map(({ id }) => id));
      setLeft(failed.map(({ network }) => network));
      if (failed.length > 0) return;
      onClose();
      onRemoved?.();
    },
    onSettled: () => queries.invalidateQueries(trpc.networks.pathFilter()),
  });
  const stopped = containers.filter(({ id, networkMode }) =>
    free.some(
      ({ name, endpoints }) => networkMode === name && !endpoints.some(({ containerId }) => containerId === id),
    ),
  );
  const running = left.flatMap(({ endpoints }) =>
    endpoints.map(({ containerId, name }) => ({ id: containerId, name })),
  );
  const failed = all.data ?? [];
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('removeTitle', { count: left.length })}
      action={t('removeAction', { count: free.length })}
      busy={all.isPending}
      blocked={free.length === 0}
      onAction={() => all.mutate()}
      danger
    >
      {failed.length > 0 && (
        <Note tone="danger" role="alert">
          <p className="font-medium">{t('removeFailed')}</p>
          {failed.map(({ network, error }) => (
            <p key={network.id}>{failureText(toFailure(error))}</p>
          ))}
        </Note>
      )}
      <ObjectList
        items={left.map(({ name, subnets, endpoints }) => ({
          name,
          aside: subnets.map(({ subnet }) => subnet).join(', '),
          ...(endpoints.length > 0 && left.length > 1 ? { note: t('removeStays') } : {}),
        }))}
      />
      {running.length > 0 && <Holders text={t('removeUsed', { count: running.length })} containers={running} />}
      {stopped.length > 0 && <Holders text={t('removeStopped', { count: stopped.length })} containers={stopped} />}
      {free.length > 0 && <p className="mt-2 text-muted">{t('removeText', { count: free.length })}</p>}
    </ConfirmDialog>
  );
}

function Holders({ text, containers }: { text: string; containers: readonly { id: string; name: string }[] }) {
  return (
    <Note tone="warning" role="alert">
      <p>{text}</p>
      <ul className="mt-1 flex flex-wrap gap-x-3">
        {containers.map(({ id, name }) => (
          <li key={id}>
            <Link href={`/containers/${encodeURIComponent(name)}`} className="font-medium underline">
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </Note>
  );
}
