'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { PowerOff, ServerOff, TriangleAlert } from 'lucide';
import dynamic from 'next/dynamic';
import { useTranslations } from 'next-intl';
import type { FormEvent } from 'react';
import { toFailure, useFailureText } from '../../_lib/errors.ts';
import { useTRPC } from '../../_lib/trpc.ts';
import { Button } from '../../_ui/button.tsx';
import { Page } from '../../_ui/page.tsx';
import { StateChip } from '../../_ui/state-chip.tsx';
import { Empty, ErrorNote, SkeletonRows } from '../../_ui/states.tsx';
import { isProofProblem, useProof } from '../account/use-proof.tsx';
import { NoAccess } from '../shell/no-access.tsx';
import { useCan, useMe } from '../shell/use-me.ts';

/** Behind the password: from then on every owner can open a shell. */
function SwitchOn() {
  const t = useTranslations('hostTerminal');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const proof = useProof();
  const { mutateAsync } = useMutation(trpc.host.switchOnTerminal.mutationOptions());
  const { mutate, isPending, error } = useMutation({
    mutationFn: async () => {
      await proof.prove();
      await mutateAsync({});
    },
    onError: proof.refused,
    onSuccess: () => queries.invalidateQueries(trpc.host.terminal.pathFilter()),
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    if (proof.ready && !isPending) mutate();
  }
  return (
    <form className="flex w-full max-w-80 flex-col items-stretch gap-3 text-left" onSubmit={submit}>
      {error !== null && !isProofProblem(error) && <ErrorNote error={error} />}
      {proof.field}
      <Button writes type="submit" variant="danger-fill" loading={isPending} disabled={!proof.ready}>
        {t('switchOn')}
      </Button>
    </form>
  );
}

function SwitchOff() {
  const t = useTranslations('hostTerminal');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const failureText = useFailureText();
  const { mutate, isPending, error } = useMutation(
    trpc.host.switchOffTerminal.mutationOptions({
      onSettled: () => queries.invalidateQueries(trpc.host.terminal.pathFilter()),
    }),
  );
  return (
    <>
      {error !== null && (
        <p role="alert" className="text-danger text-table">
          {failureText(toFailure(error))}
        </p>
      )}
      <Button icon={PowerOff} writes loading={isPending} onClick={() => mutate({})}>
        {t('switchOff')}
      </Button>
    </>
  );
}

const HostTerminal = dynamic(() => import('./host-terminal.tsx').then((module) => module.HostTerminal), {
  ssr: false,
  loading: () => <SkeletonRows />,
});

/** A shell on the host itself: for owners, where the server was started with it, behind the password. */
export function HostTerminalPage() {
  const t = useTranslations('hostTerminal');
  const nav = useTranslations('nav');
  const me = useMe();
  const can = useCan();
  const may = can('host:terminal');
  const { data, error, isPending, refetch } = useQuery(
    useTRPC().host.terminal.queryOptions({}, { enabled: may, staleTime: Number.POSITIVE_INFINITY }),
  );
  if (me !== undefined && !may) {
    return (
      <Page title={t('title')} section={nav('host')}>
        <NoAccess
          permission="host:terminal"
          back={can('host:view') ? { href: '/host', name: nav('host') } : undefined}
        />
      </Page>
    );
  }
  return (
    <Page
      title={data === undefined ? t('title') : t('titleOf', { name: data.hostname })}
      section={nav('host')}
      chip={
        data?.enabled === true && (
          <StateChip icon={TriangleAlert} tone="danger" quiet={false}>
            {t('asUser', { user: data.user })}
          </StateChip>
        )
      }
      actions={data?.enabled === true && !data.fixed && <SwitchOff />}
      full
    >
      {isPending && <SkeletonRows rows={2} />}
      {error !== null && data === undefined && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {data?.enabled === false && (
        <div className="rounded-card border border-line bg-surface">
          {data.fixed ? (
            <Empty icon={ServerOff} title={t('offTitle')} text={t('offFixed')} command="./davit up --host-terminal" />
          ) : (
            <Empty icon={ServerOff} title={t('offTitle')} text={t('offText')}>
              <SwitchOn />
            </Empty>
          )}
        </div>
      )}
      {data?.enabled === true && <HostTerminal hostname={data.hostname} user={data.user} />}
    </Page>
  );
}
