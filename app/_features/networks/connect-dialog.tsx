'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { type ContainerSummary, type NetworkSummary, useTRPC } from '../../_lib/trpc.ts';
import { useOfferUndo } from '../../_lib/use-offer-undo.ts';
import { SelectField, TextField } from '../../_ui/field.tsx';
import { FormDialog } from '../../_ui/form-dialog.tsx';
import { ErrorNote } from '../../_ui/states.tsx';

/** One side is given, the other is chosen. */
type Sides =
  | { network: NetworkSummary; container?: undefined }
  | { network?: undefined; container: Pick<ContainerSummary, 'id' | 'name'> };

/** Puts a container on one more network, at once when it runs, else at its next start. */
export function ConnectDialog({ network: given, container, onClose }: Sides & { onClose: () => void }) {
  const t = useTranslations('networks');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { data: containers = [] } = useQuery(trpc.containers.list.queryOptions({}, { enabled: given !== undefined }));
  const { data: networks = [] } = useQuery(trpc.networks.list.queryOptions({}));
  const [chosen, setChosen] = useState('');
  const [form, setForm] = useState({ aliases: '', ipv4: '', ipv6: '' });
  const offerUndo = useOfferUndo();
  const { mutateAsync: takeBack } = useMutation(trpc.networks.disconnect.mutationOptions());
  const connect = useMutation(
    trpc.networks.connect.mutationOptions({
      onSuccess(_none, { networkId }) {
        onClose();
        offerUndo(t('doneConnect', sides), () => takeBack({ networkId, containerId }));
      },
      onSettled: () =>
        Promise.all([
          queries.invalidateQueries(trpc.networks.pathFilter()),
          queries.invalidateQueries(trpc.containers.pathFilter()),
        ]),
    }),
  );
  const network = given ?? networks.find(({ id }) => id === chosen);
  const containerId = container?.id ?? chosen;
  const options =
    given === undefined
      ? networks
          .filter(({ name, endpoints }) => name !== 'host' && name !== 'none' && !has(endpoints, containerId))
          .map(({ id, name, subnets }) => ({ value: id, label: [name, subnets[0]?.subnet].filter(Boolean).join('  ') }))
      : containers
          .filter(({ id, networkMode }) => !has(given.endpoints, id) && hasNetworks(networkMode))
          .map(({ id, name, state }) => ({
            value: id,
            label: state.status === 'running' ? name : t('notRunning', { name }),
          }));
  const sides = {
    container: container?.name ?? containers.find(({ id }) => id === chosen)?.name ?? '',
    network: network?.name ?? '',
  };
  const names = form.aliases.split(/[\s,]+/).filter(Boolean);
  const blocked = chosen === '' || network === undefined;
  function submit() {
    if (network === undefined) return;
    // On the default bridge nobody is found by name, and addresses are not chosen.
    const { ipv4, ipv6 } = network.builtin ? { ipv4: '', ipv6: '' } : form;
    connect.mutate({
      networkId: network.id,
      containerId,
      ...(names.length === 0 || network.builtin ? {} : { aliases: names }),
      ...(ipv4 === '' ? {} : { ipv4 }),
      ...(ipv6 === '' ? {} : { ipv6 }),
    });
  }
  const text = { autoComplete: 'off', autoCapitalize: 'none', spellCheck: false, mono: true };
  const [first, second] = network?.subnets ?? [];
  const v4 = [first, second].find((one) => one !== undefined && !one.subnet.includes(':'));
  const v6 = [first, second].find((one) => one?.subnet.includes(':'));
  return (
    <FormDialog
      title={t(given === undefined ? 'connectToTitle' : 'connectTitle', { name: given?.name ?? container?.name ?? '' })}
      action={t('connectAction')}
      busy={connect.isPending}
      blocked={blocked}
      onSubmit={submit}
      onClose={onClose}
    >
      {connect.isError && <ErrorNote error={connect.error} title={t('connectFailed')} />}
      <SelectField
        label={t(given === undefined ? 'network' : 'container')}
        value={chosen}
        hint={options.length > 0 ? undefined : t(given === undefined ? 'noneToJoin' : 'noneToConnect')}
        onChange={(event) => setChosen(event.target.value)}
        options={[{ value: '', label: t('choose') }, ...options]}
      />
      {network !== undefined && !network.builtin && (
        <>
          <TextField
            {...text}
            label={t('aliases')}
            flag="--alias"
            hint={t('aliasesHint')}
            value={form.aliases}
            onChange={(event) => setForm({ ...form, aliases: event.target.value })}
          />
          <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
            {v4 !== undefined && (
              <TextField
                {...text}
                label={t('address')}
                flag="--ip"
                hint={t('addressHint', { subnet: v4.subnet })}
                value={form.ipv4}
                onChange={(event) => setForm({ ...form, ipv4: event.target.value.trim() })}
              />
            )}
            {v6 !== undefined && (
              <TextField
                {...text}
                label={t('address6')}
                flag="--ip6"
                hint={t('addressHint', { subnet: v6.subnet })}
                value={form.ipv6}
                onChange={(event) => setForm({ ...form, ipv6: event.target.value.trim() })}
              />
            )}
          </div>
        </>
      )}
    </FormDialog>
  );
}

function has(endpoints: NetworkSummary['endpoints'], id: string): boolean {
  return endpoints.some(({ containerId }) => containerId === id);
}

/** Not in the namespace of the host or of another container, nor alone in one. */
export function hasNetworks(mode: string): boolean {
  return mode !== 'host' && mode !== 'none' && !mode.startsWith('container:');
}
