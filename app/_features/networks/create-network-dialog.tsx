'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { toFailure, useFailureText } from '../../_lib/errors.ts';
import { useTRPC } from '../../_lib/trpc.ts';
import { CheckField, SelectField, TextArea, TextField } from '../../_ui/field.tsx';
import { FormDialog } from '../../_ui/form-dialog.tsx';
import { ErrorNote } from '../../_ui/states.tsx';
import {
  checkNetwork,
  DRIVERS,
  emptyNetwork,
  fieldOfReason,
  type NetworkForm,
  toNetworkRequest,
} from './network-form.ts';

/**
 * A new network. When a field is left the server says which subnets it would choose, or which field stands in the way: a
 * subnet that overlaps another network's names that network.
 */
export function CreateNetworkDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations('networks');
  const te = useTranslations('error');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const failureText = useFailureText();
  const [form, setForm] = useState(emptyNetwork);
  const [left, setLeft] = useState<NetworkForm>();
  const change = (part: Partial<NetworkForm>) => {
    create.reset();
    setForm({ ...form, ...part });
  };
  const create = useMutation(
    trpc.networks.create.mutationOptions({
      onSuccess: onClose,
      onSettled: () => queries.invalidateQueries(trpc.networks.pathFilter()),
    }),
  );
  const problems = checkNetwork(form);
  const fine = Object.keys(problems).length === 0;
  const request = toNetworkRequest(left ?? form);
  // A name may still be missing: the subnets can be planned without it.
  const plan = useQuery(
    trpc.networks.plan.queryOptions(
      { ...request, name: request.name === '' ? 'unnamed' : request.name },
      { enabled: left === form && fine, retry: false },
    ),
  );
  const failure = create.isError ? toFailure(create.error) : undefined;
  const planned = left === form && fine ? plan.data?.problem : undefined;
  const refusal = failure ?? (planned === undefined ? undefined : toFailure({ code: 'conflict', ...planned }));
  const field = fieldOfReason(refusal?.reason);
  const blocked = !fine || form.name === '' || (refusal !== undefined && failure === undefined);
  const errorOf = (key: keyof NetworkForm) => {
    if (refusal !== undefined && field === key) return failureText(refusal);
    const problem = problems[key];
    return problem === undefined || (left === undefined && key !== 'name')
      ? undefined
      : te(problem as 'invalid_subnet');
  };
  const blur = { onBlur: () => setLeft(form) };
  const text = { ...blur, autoComplete: 'off', autoCapitalize: 'none', spellCheck: false, mono: true };
  const input = (key: 'name' | 'subnet' | 'gateway' | 'ipRange' | 'subnet6' | 'gateway6' | 'parent') => ({
    ...text,
    name: key,
    value: form[key],
    error: errorOf(key),
    onChange: (event: { target: { value: string } }) => change({ [key]: event.target.value.trim() }),
  });
  const chosen = left === form && plan.data?.problem === undefined ? (plan.data?.subnets ?? []) : [];
  return (
    <FormDialog
      title={t('createTitle')}
      action={t('createAction')}
      busy={create.isPending}
      blocked={blocked}
      onSubmit={() => create.mutate(toNetworkRequest(form))}
      onBlocked={() => setLeft(form)}
      onClose={onClose}
    >
      {create.isError && field === undefined && <ErrorNote error={create.error} title={t('createFailed')} />}
      <div className="grid grid-cols-[minmax(0,1fr)_140px] gap-3 max-md:grid-cols-1">
        <TextField {...input('name')} label={t('name')} />
        <SelectField
          {...blur}
          label={t('driver')}
          flag="--driver"
          value={form.driver}
          onChange={(event) => change({ driver: DRIVERS.find((driver) => driver === event.target.value) ?? 'bridge' })}
          options={DRIVERS.map((driver) => ({ value: driver, label: driver }))}
        />
      </div>
      {form.driver !== 'bridge' && (
        <TextField {...input('parent')} label={t('parent')} flag="-o parent" hint={t('parentHint')} />
      )}
      <CheckField
        {...blur}
        label={t('ipv4')}
        flag="--ipv4"
        hint={t('ipv4Hint')}
        error={problems.enableIpv4 === undefined ? undefined : te('network_without_addresses')}
        checked={form.enableIpv4}
        onChange={(event) => change({ enableIpv4: event.target.checked })}
      />
      {form.enableIpv4 && (
        <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
          <TextField {...input('subnet')} label={t('subnet')} flag="--subnet" hint={t('subnetHint')} />
          <TextField {...input('gateway')} label={t('gateway')} flag="--gateway" hint={t('gatewayHint')} />
        </div>
      )}
      <CheckField
        {...blur}
        label={t('ipv6')}
        flag="--ipv6"
        hint={t('ipv6Hint')}
        checked={form.enableIpv6}
        onChange={(event) => change({ enableIpv6: event.target.checked })}
      />
      {form.enableIpv6 && (
        <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
          <TextField {...input('subnet6')} label={t('subnet6')} flag="--subnet" hint={t('subnet6Hint')} />
          <TextField {...input('gateway6')} label={t('gateway6')} flag="--gateway" hint={t('gatewayHint')} />
        </div>
      )}
      {chosen.length > 0 && (
        <p role="status" className="text-caption text-muted">
          {t('planned', {
            subnets: chosen.map(({ subnet, gateway }) => [subnet, gateway].filter(Boolean).join(' → ')).join(', '),
          })}
        </p>
      )}
      {planned !== undefined && refusal !== undefined && field === undefined && (
        <p role="alert" className="text-caption text-danger">
          {failureText(refusal)}
        </p>
      )}
      <CheckField
        {...blur}
        label={t('internalLabel')}
        flag="--internal"
        hint={t('internalHint')}
        checked={form.internal}
        onChange={(event) => change({ internal: event.target.checked })}
      />
      <details>
        <summary className="min-h-7 font-medium max-md:min-h-11">{t('more')}</summary>
        <div className="flex flex-col gap-3.5 pt-2">
          {form.enableIpv4 && (
            <TextField {...input('ipRange')} label={t('ipRange')} flag="--ip-range" hint={t('ipRangeHint')} />
          )}
          <TextArea
            {...blur}
            label={t('options')}
            flag="--opt"
            hint={t('optionsHint')}
            error={errorOf('options')}
            value={form.options}
            onChange={(event) => change({ options: event.target.value })}
            spellCheck={false}
          />
          <TextArea
            {...blur}
            label={t('labels')}
            flag="--label"
            hint={t('labelsHint')}
            value={form.labels}
            onChange={(event) => change({ labels: event.target.value })}
            spellCheck={false}
          />
        </div>
      </details>
    </FormDialog>
  );
}
