import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { type ContainerSummary, useTRPC } from '../../../_lib/trpc.ts';
import { SelectField, TextField } from '../../../_ui/field.tsx';
import { POLICIES } from './create-form.ts';
import { FieldList } from './field-list.tsx';
import { useCreateForm } from './form-context.ts';

const BUILT_IN = ['bridge', 'host', 'none'] as const;

export function NetworkSection({ containers }: { containers: readonly ContainerSummary[] }) {
  const t = useTranslations('create');
  const { form, change, problemOf, leave } = useCreateForm();
  const { data: networks = [] } = useQuery(useTRPC().networks.list.queryOptions({}));
  const own = networks.map(({ name }) => name).filter((name) => !BUILT_IN.some((builtIn) => builtIn === name));
  const running = containers.filter(({ state }) => state.status === 'running').map(({ name }) => name);
  // A draft may name what is gone by now: it stays visible instead of turning into another choice.
  const names = [...new Set([...own, ...(isOwn(form.network) ? [form.network] : [])])];
  const others = [...new Set([...running, ...(form.networkContainer === '' ? [] : [form.networkContainer])])];
  return (
    <>
      <div className="grid grid-cols-2 gap-4 max-md:grid-cols-1">
        <SelectField
          name="network"
          label={t('network')}
          flag="--network"
          value={form.network}
          error={problemOf('network')}
          onChange={(event) => change({ network: event.target.value })}
          options={[
            ...BUILT_IN.map((value) => ({ value, label: t(`networks.${value}`) })),
            ...names.map((value) => ({ value, label: value })),
            { value: 'container:', label: t('networks.container') },
          ]}
        />
        {form.network === 'container:' && (
          <SelectField
            label={t('networkContainer')}
            flag="--network container:"
            value={form.networkContainer}
            error={problemOf('networkContainer')}
            onChange={(event) => change({ networkContainer: event.target.value })}
            onBlur={() => leave('networkContainer')}
            options={[{ value: '', label: t('choose') }, ...others.map((value) => ({ value, label: value }))]}
          />
        )}
      </div>
      {form.network === 'host' && form.ports.length > 0 && (
        <p className="text-caption text-warning">{t('portsWithHost')}</p>
      )}
      <FieldList section="network" />
    </>
  );
}

function isOwn(network: string): boolean {
  return network !== 'container:' && !BUILT_IN.some((name) => name === network);
}

export function RestartSection() {
  const t = useTranslations('create');
  const { form, change, problemOf, leave } = useCreateForm();
  return (
    <>
      <div className="grid grid-cols-2 gap-4 max-md:grid-cols-1">
        <SelectField
          name="restart"
          label={t('restart')}
          flag="--restart"
          value={form.restart}
          error={problemOf('restart')}
          onChange={(event) =>
            change({ restart: POLICIES.find((policy) => policy === event.target.value) ?? form.restart })
          }
          onBlur={() => leave('restart')}
          options={POLICIES.map((value) => ({ value, label: t(`policies.${value}`) }))}
        />
        {form.restart === 'on-failure' && (
          <TextField
            label={t('maxRetries')}
            flag="--restart on-failure:N"
            mono
            inputMode="numeric"
            hint={t('maxRetriesHint')}
            value={form.maxRetries}
            error={problemOf('maxRetries')}
            onChange={(event) => change({ maxRetries: event.target.value })}
            onBlur={() => leave('maxRetries')}
          />
        )}
      </div>
      <FieldList section="restart" />
    </>
  );
}
