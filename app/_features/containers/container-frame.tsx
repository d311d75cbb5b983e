'use client';
import { useQuery } from '@tanstack/react-query';
import { Container } from 'lucide-react';
import Link from 'next/link';
import { usePathname, useRouter } from 'next/navigation';
import { useLocale, useTranslations } from 'next-intl';
import { type ReactNode, useState } from 'react';
import { cx } from '../../_lib/cx.ts';
import { toFailure } from '../../_lib/errors.ts';
import { formatDuration } from '../../_lib/format.ts';
import { type ContainerDetail, useTRPC } from '../../_lib/trpc.ts';
import { LinkButton } from '../../_ui/button.tsx';
import { Page } from '../../_ui/page.tsx';
import { Empty, ErrorNote, SkeletonRows } from '../../_ui/states.tsx';
import { useCan } from '../shell/use-me.ts';
import { ContainerChip } from './container-chip.tsx';
import { ContainerActions } from './container-row.tsx';
import { stateSince } from './container-state.ts';
import { RemoveDialog } from './remove-dialog.tsx';
import { useContainerVerbs } from './use-container-verbs.ts';

/** Head and tabs of one container; a tab without its right is absent. */
export function ContainerFrame({ name, children }: { name: string; children: (detail: ContainerDetail) => ReactNode }) {
  const t = useTranslations('containers');
  const te = useTranslations('error');
  const locale = useLocale();
  const can = useCan();
  const router = useRouter();
  const pathname = usePathname();
  const trpc = useTRPC();
  const { data, isPending, error, refetch } = useQuery(trpc.containers.get.queryOptions({ containerId: name }));
  const verbs = useContainerVerbs();
  const [removing, setRemoving] = useState(false);
  if (isPending) return <SkeletonRows rows={8} className="p-6" />;
  if (data === undefined || (error !== null && toFailure(error).code === 'not_found'))
    return toFailure(error).code === 'not_found' ? (
      <Empty icon={Container} title={te('notFoundTitle')} text={te('notFoundText')}>
        <LinkButton href="/containers">{t('toList')}</LinkButton>
      </Empty>
    ) : (
      <div className="p-6">
        <ErrorNote error={error} onRetry={() => void refetch()} />
      </div>
    );
  const base = `/containers/${encodeURIComponent(name)}`;
  const since = stateSince(data.state);
  const tabs = [
    { key: 'overview', href: base },
    ...(can('container:logs') ? [{ key: 'logs', href: `${base}/logs` }] : []),
    ...(can('container:exec') && data.state.status === 'running'
      ? [{ key: 'terminal', href: `${base}/terminal` }]
      : []),
    ...(can('container:processes') ? [{ key: 'processes', href: `${base}/processes` }] : []),
    { key: 'config', href: `${base}/config` },
  ];
  return (
    <Page
      title={data.name}
      section={t('title')}
      chip={<ContainerChip state={data.state} pending={verbs.isPending ? verbs.variables.verb : undefined} filled />}
      facts={
        <>
          <span className="font-mono text-mono">{data.image}</span>
          {since !== undefined && <span>{formatDuration(Date.now() - since.getTime(), locale)}</span>}
        </>
      }
      actions={
        <ContainerActions
          container={data}
          disabled={verbs.isPending}
          label={t('actionsOf', { name: data.name })}
          onVerb={(verb) => (verb === 'remove' ? setRemoving(true) : verbs.mutate({ verb, id: data.id }))}
        />
      }
    >
      <nav aria-label={t('tabs')} className="mb-4 flex gap-1 overflow-x-auto border-line border-b">
        {tabs.map((tab) => {
          const current = pathname === tab.href;
          return (
            <Link
              key={tab.key}
              href={tab.href}
              aria-current={current ? 'page' : undefined}
              className={cx(
                'flex h-[38px] items-center px-2.5 text-table focus-visible:-outline-offset-4',
                current ? 'border-accent border-b-2 font-semibold text-fg' : 'font-medium text-muted hover:text-fg',
              )}
            >
              {t(`tab_${tab.key}`)}
            </Link>
          );
        })}
      </nav>
      {verbs.isError && (
        <div className="mb-4">
          <ErrorNote error={verbs.error} title={t('verbFailed', { name: data.name })} />
        </div>
      )}
      {children(data)}
      <RemoveDialog
        containers={removing ? [data] : []}
        onClose={() => setRemoving(false)}
        onConfirm={() => {
          setRemoving(false);
          verbs.mutate({ verb: 'remove', id: data.id }, { onSuccess: () => router.push('/containers') });
        }}
      />
    </Page>
  );
}
