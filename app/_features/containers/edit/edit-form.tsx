'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ArrowRight } from 'lucide';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { type ContainerDetail, useTRPC } from '../../../_lib/trpc.ts';
import { Button, LinkButton } from '../../../_ui/button.tsx';
import { Card } from '../../../_ui/card.tsx';
import { SelectField, TextField } from '../../../_ui/field.tsx';
import { Icon } from '../../../_ui/icon.tsx';
import { ErrorNote, Note } from '../../../_ui/states.tsx';
import { useCanOn, useMe } from '../../shell/use-me.ts';
import { containerHref } from '../container-actions.tsx';
import { fieldSpec, POLICIES } from '../create/create-form.ts';
import { changesOf, checkLimits, LIMIT_KEYS, type LimitChange, limitsOf, toUpdate } from './limits-form.ts';

/** Empty means without a limit; the others have a default of the kernel or of Docker. */
const WITHOUT: readonly string[] = ['memory', 'cpus', 'pidsLimit'];

/** Changes limits and restart policy of a container as it runs: what changes is told before it does. */
export function EditForm({ detail }: { detail: ContainerDetail }) {
  const t = useTranslations('containers');
  const form = useTranslations('create');
  const te = useTranslations('error');
  const trpc = useTRPC();
  const router = useRouter();
  const queries = useQueryClient();
  const [before] = useState(() => limitsOf(detail.config));
  const [limits, setLimits] = useState(before);
  const now = limitsOf(detail.config);
  const elsewhere = changesOf(now, before).length > 0;
  const mayUpdate = useCanOn('container:update', detail.createdBy);
  const refused = useMe() !== undefined && !mayUpdate;
  const change = (part: Partial<typeof limits>) => setLimits({ ...limits, ...part });
  const problems = checkLimits(limits, now, detail.config.autoRemove);
  const changes = changesOf(limits, now);
  const blocked = refused || changes.length === 0 || Object.keys(problems).length > 0;
  const update = useMutation(
    trpc.containers.update.mutationOptions({
      onSuccess: () => router.push(containerHref(detail.name)),
      onSettled: () => queries.invalidateQueries(trpc.containers.pathFilter()),
    }),
  );
  const problemOf = (key: keyof typeof limits) => {
    const problem = problems[key];
    return problem === undefined ? undefined : te(problem as 'size');
  };
  function submit(event: FormEvent) {
    event.preventDefault();
    if (!blocked && !update.isPending) update.mutate({ containerId: detail.id, ...toUpdate(limits, now) });
  }
  return (
    <form onSubmit={submit} noValidate className="grid grid-cols-12 items-start gap-4 max-md:gap-3">
      <div className="col-span-12 flex min-w-0 flex-col gap-4 max-md:gap-3 xl:col-span-8">
        {refused && <Note tone="warning">{te('permission_missing', { permission: 'container:update' })}</Note>}
        {update.isError && <ErrorNote error={update.error} title={t('edit.failed')} />}
        {elsewhere && <Note tone="info">{t('edit.elsewhere')}</Note>}
        <Card title={form('sections.resources')}>
          <div className="grid grid-cols-2 gap-4 max-md:grid-cols-1">
            {LIMIT_KEYS.map((key) => (
              <TextField
                key={key}
                name={key}
                label={form(`fields.${key}`)}
                flag={fieldSpec(key).flag}
                hint={form.has(`hints.${key}`) ? form(`hints.${key}` as 'hints.memory') : undefined}
                error={problemOf(key)}
                value={limits[key]}
                onChange={(event) => change({ [key]: event.target.value })}
                placeholder={WITHOUT.includes(key) ? t('edit.noLimit') : undefined}
                autoComplete="off"
                spellCheck={false}
                mono
              />
            ))}
          </div>
        </Card>
        <Card title={form('sections.restart')}>
          <div className="grid grid-cols-2 gap-4 max-md:grid-cols-1">
            <SelectField
              name="restart"
              label={form('restart')}
              flag="--restart"
              value={limits.restart}
              error={problemOf('restart')}
              onChange={(event) =>
                change({ restart: POLICIES.find((policy) => policy === event.target.value) ?? limits.restart })
              }
              options={POLICIES.map((value) => ({ value, label: form(`policies.${value}`) }))}
            />
            {limits.restart === 'on-failure' && (
              <TextField
                label={form('maxRetries')}
                mono
                inputMode="numeric"
                hint={form('maxRetriesHint')}
                value={limits.maxRetries}
                error={problemOf('maxRetries')}
                onChange={(event) => change({ maxRetries: event.target.value })}
              />
            )}
          </div>
        </Card>
      </div>
      <div className="col-span-12 min-w-0 xl:sticky xl:top-[calc(var(--topbar-h)+16px)] xl:col-span-4">
        <Card title={t('edit.changes')}>
          {changes.length === 0 && <p className="text-muted text-table">{t('edit.nothing')}</p>}
          <ul aria-label={t('edit.changes')} className="flex flex-col gap-2 text-table">
            {changes.map((one) => (
              <li key={one.key}>
                <span className="block font-medium">
                  {form(one.key === 'restart' ? 'restart' : `fields.${one.key}`)}
                </span>
                <span className="flex flex-wrap items-center gap-1.5 text-muted">
                  <Shown change={one} side="from" />
                  <Icon icon={ArrowRight} size={14} />
                  <span className="text-fg">
                    <Shown change={one} side="to" />
                  </span>
                </span>
              </li>
            ))}
          </ul>
          {changes.length > 0 && (
            <p className="mt-3 text-caption text-muted">
              {t(
                detail.state.status === 'running' || detail.state.status === 'paused' ? 'edit.atOnce' : 'edit.atStart',
              )}
              {changes.some(({ key }) => key === 'restart') && ` ${t('edit.policyLater')}`}
            </p>
          )}
          <div className="mt-3 flex gap-2 max-md:flex-col-reverse">
            <LinkButton href={containerHref(detail.name)}>{t('edit.cancel')}</LinkButton>
            <Button writes type="submit" variant="primary" loading={update.isPending} disabled={blocked}>
              {t('edit.apply', { count: changes.length })}
            </Button>
          </div>
        </Card>
      </div>
    </form>
  );
}

function Shown({ change: { key, from, to }, side }: { change: LimitChange; side: 'from' | 'to' }) {
  const t = useTranslations('containers');
  const form = useTranslations('create');
  const text = side === 'from' ? from : to;
  if (key === 'restart') {
    const [name = 'no', tries] = text.split(':');
    const policy = POLICIES.find((known) => known === name) ?? 'no';
    return tries === undefined ? form(`policies.${policy}`) : t('policyRetries', { count: Number(tries) });
  }
  return text === '' || text === '-1' ? t('edit.noLimit') : <span className="font-mono text-mono">{text}</span>;
}
