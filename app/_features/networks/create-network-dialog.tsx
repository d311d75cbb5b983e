'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { toFailure, useFailureText } from '../../_lib/errors.ts';
import { type NetworkSummary, useTRPC } from '../../_lib/trpc.ts';
import { ConfirmDialog } from '../../_ui/dialog.tsx';
import { CheckField, TextField } from '../../_ui/field.tsx';
import { ErrorNote } from '../../_ui/states.tsx';
import { findOverlap } from './network-list.ts';

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/;
const SUBNET = /^[0-9a-fA-F.:]+\/\d{1,3}$/;
/** Why the server refuses a subnet. */
const OF_SUBNET = ['subnet_overlap', 'invalid_subnet', 'no_subnet_free'];

/** A bridge of its own. A subnet that overlaps another network's is told when the field is left. */
export function CreateNetworkDialog({
  networks,
  onClose,
}: {
  networks: readonly NetworkSummary[];
  onClose: () => void;
}) {
  const t = useTranslations('networks');
  const te = useTranslations('error');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const failureText = useFailureText();
  const [form, setForm] = useState({ name: '', subnet: '', gateway: '', internal: false, enableIpv6: false });
  const [left, setLeft] = useState(false);
  const change = (part: Partial<typeof form>) => setForm({ ...form, ...part });
  const create = useMutation(
    trpc.networks.create.mutationOptions({
      onSuccess: onClose,
      onSettled: () => queries.invalidateQueries(trpc.networks.pathFilter()),
    }),
  );
  const failure = create.isError ? toFailure(create.error) : undefined;
  const ofSubnet = failure?.reason !== undefined && OF_SUBNET.includes(failure.reason);
  const taken = networks.some(({ name }) => name === form.name);
  const bad = form.name !== '' && !NAME.test(form.name);
  const overlap = findOverlap(form.subnet, networks);
  const malformed = form.subnet !== '' && !SUBNET.test(form.subnet);
  const lonely = form.gateway !== '' && form.subnet === '';
  const blocked = form.name === '' || taken || bad || overlap !== undefined || malformed || lonely;

  function submit() {
    const { name, subnet, gateway, internal, enableIpv6 } = form;
    const subnets = subnet === '' ? [] : [{ subnet, ...(gateway === '' ? {} : { gateway }) }];
    create.mutate({ name, subnets, internal, enableIpv6 });
  }
  function subnetError() {
    if (ofSubnet && failure !== undefined) return failureText(failure);
    if (!left) return undefined;
    if (malformed) return te('invalid_subnet');
    return overlap === undefined ? undefined : te('subnet_overlap', { subnet: form.subnet, ...overlap });
  }
  const text = { autoComplete: 'off', autoCapitalize: 'none', spellCheck: false, mono: true };
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('createTitle')}
      action={t('createAction')}
      busy={create.isPending}
      blocked={blocked}
      onAction={submit}
    >
      <form
        className="flex flex-col gap-3.5"
        onSubmit={(event) => {
          event.preventDefault();
          setLeft(true);
          if (!blocked && !create.isPending) submit();
        }}
      >
        {failure !== undefined && !ofSubnet && <ErrorNote error={create.error} title={t('createFailed')} />}
        <TextField
          {...text}
          label={t('name')}
          error={taken ? te('network_exists', { name: form.name }) : bad ? te('network_name_invalid') : undefined}
          value={form.name}
          onChange={(event) => change({ name: event.target.value.trim() })}
        />
        <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
          <TextField
            {...text}
            label={t('subnet')}
            flag="--subnet"
            hint={t('subnetHint')}
            error={subnetError()}
            value={form.subnet}
            onChange={(event) => {
              create.reset();
              change({ subnet: event.target.value.trim() });
            }}
            onBlur={() => setLeft(true)}
          />
          <TextField
            {...text}
            label={t('gateway')}
            flag="--gateway"
            hint={t('gatewayHint')}
            error={lonely ? t('gatewayAlone') : undefined}
            value={form.gateway}
            onChange={(event) => change({ gateway: event.target.value.trim() })}
          />
        </div>
        <CheckField
          label={t('internalLabel')}
          flag="--internal"
          hint={t('internalHint')}
          checked={form.internal}
          onChange={(event) => change({ internal: event.target.checked })}
        />
        <CheckField
          label={t('ipv6')}
          flag="--ipv6"
          hint={t('ipv6Hint')}
          checked={form.enableIpv6}
          onChange={(event) => change({ enableIpv6: event.target.checked })}
        />
        {/* Enter in a field sends the form. */}
        <button type="submit" className="hidden" tabIndex={-1} aria-hidden="true" />
      </form>
    </ConfirmDialog>
  );
}
