'use client';
import { useQuery } from '@tanstack/react-query';
import { Container } from 'lucide';
import { useTranslations } from 'next-intl';
import { toFailure } from '../../../_lib/errors.ts';
import { lazyPart } from '../../../_lib/lazy-part.tsx';
import { useTRPC } from '../../../_lib/trpc.ts';
import { LinkButton } from '../../../_ui/button.tsx';
import { Empty, ErrorNote, SkeletonRows } from '../../../_ui/states.tsx';
import { useCanOn } from '../../shell/use-me.ts';
import { duplicateOf } from './duplicate.ts';

const CreatePage = lazyPart(() => import('./create-page.tsx').then((module) => module.CreatePage), FormSkeleton);

// It comes while the page asks for what is filled in.
if (typeof window !== 'undefined') CreatePage.prepare();

/** The form that makes containers, filled in like a container there is; what only one of them can have is left out. */
export function DuplicatePage({ name }: { name: string }) {
  const t = useTranslations('containers');
  const te = useTranslations('error');
  const trpc = useTRPC();
  const source = useQuery(trpc.containers.get.queryOptions({ containerId: name }));
  const others = useQuery(trpc.containers.list.queryOptions({}));
  const mayRead = useCanOn('container:env-read', source.data?.createdBy);
  const error = source.error ?? others.error;
  if (error !== null) {
    return toFailure(error).code === 'not_found' ? (
      <Empty wholePage icon={Container} title={te('notFoundTitle')} text={te('notFoundText')}>
        <LinkButton href="/containers">{t('toList')}</LinkButton>
      </Empty>
    ) : (
      <div className="p-6">
        <ErrorNote error={error} onRetry={() => void source.refetch()} />
      </div>
    );
  }
  if (source.data === undefined || others.data === undefined) return <FormSkeleton />;
  const names = others.data.map((other) => other.name);
  return (
    <CreatePage
      key={source.data.id}
      source={{ name: source.data.name, ...duplicateOf(source.data, names), masked: !mayRead }}
    />
  );
}

function FormSkeleton() {
  return <SkeletonRows rows={8} className="p-6" />;
}
