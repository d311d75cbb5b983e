'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { type NetworkSummary, useTRPC } from '../../_lib/trpc.ts';
import { ConfirmDialog } from '../../_ui/dialog.tsx';
import { SelectField, TextField } from '../../_ui/field.tsx';
import { ErrorNote } from '../../_ui/states.tsx';

/** Puts one more container on a network, at once when it runs, else at its next start. */
export function ConnectDialog({ network, onClose }: { network: NetworkSummary; onClose: () => void }) {
  const t = useTranslations('networks');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { data: containers = [] } = useQuery(trpc.containers.list.queryOptions({}));
  const [containerId, setContainerId] = useState('');
  const [aliases, setAliases] = useState('');
  const [address, setAddress] = useState('');
  const connect = useMutation(
    trpc.networks.connect.mutationOptions({
      onSuccess: onClose,
      onSettled: () => queries.invalidateQueries(trpc.networks.pathFilter()),
    }),
  );
  const on = new Set(network.endpoints.map((endpoint) => endpoint.containerId));
  const others = containers.filter(({ id, networkMode }) => !on.has(id) && hasNetworks(networkMode));
  const names = aliases.split(/[\s,]+/).filter(Boolean);
  const blocked = containerId === '';
  const submit = () =>
    connect.mutate({
      networkId: network.id,
      containerId,
      ...(names.length === 0 ? {} : { aliases: names }),
      ...(address === '' ? {} : { ipv4: address }),
    });
  const text = { autoComplete: 'off', autoCapitalize: 'none', spellCheck: false, mono: true };
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('connectTitle', { name: network.name })}
      action={t('connectAction')}
      busy={connect.isPending}
      blocked={blocked}
      onAction={submit}
    >
      <form
        className="flex flex-col gap-3.5"
        onSubmit={(event) => {
          event.preventDefault();
          if (!blocked && !connect.isPending) submit();
        }}
      >
        {connect.isError && <ErrorNote error={connect.error} title={t('connectFailed')} />}
        <SelectField
          label={t('container')}
          value={containerId}
          hint={others.length === 0 ? t('noneToConnect') : undefined}
          onChange={(event) => setContainerId(event.target.value)}
          options={[
            { value: '', label: t('choose') },
            ...others.map(({ id, name, state }) => ({
              value: id,
              label: state.status === 'running' ? name : t('notRunning', { name }),
            })),
          ]}
        />
        {/* On the default bridge nobody is found by name, and addresses are not chosen. */}
        {!network.builtin && (
          <>
            <TextField
              {...text}
              label={t('aliases')}
              flag="--alias"
              hint={t('aliasesHint')}
              value={aliases}
              onChange={(event) => setAliases(event.target.value)}
            />
            <TextField
              {...text}
              label={t('address')}
              flag="--ip"
              hint={t('addressHint', { subnet: network.subnets[0]?.subnet ?? '' })}
              value={address}
              onChange={(event) => setAddress(event.target.value.trim())}
            />
          </>
        )}
        <button type="submit" className="hidden" tabIndex={-1} aria-hidden="true" />
      </form>
    </ConfirmDialog>
  );
}

/** Not in the namespace of the host or of another container, nor alone in one. */
function hasNetworks(mode: string): boolean {
  return mode !== 'host' && mode !== 'none' && !mode.startsWith('container:');
}
