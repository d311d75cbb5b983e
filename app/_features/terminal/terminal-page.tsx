'use client';
import { usePrefetchQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useEffect } from 'react';
import { lazyPart } from '../../_lib/lazy-part.tsx';
import { getSocket } from '../../_lib/socket.ts';
import { useTRPC } from '../../_lib/trpc.ts';
import { Note, SkeletonRows } from '../../_ui/states.tsx';
import { ContainerFrame } from '../containers/container-frame.tsx';
import { NoAccess } from '../shell/no-access.tsx';
import { useCan, useMe } from '../shell/use-me.ts';

/** The emulator is large: it comes with this page and not before, while the container is asked for. */
const Terminal = lazyPart(
  () => import('./terminal.tsx').then((module) => module.Terminal),
  () => <SkeletonRows />,
);

if (typeof window !== 'undefined') Terminal.prepare();

export function TerminalPage({ name }: { name: string }) {
  const t = useTranslations('terminal');
  const me = useMe();
  const can = useCan();
  return (
    <ContainerFrame name={name}>
      {(detail) => {
        if (me === undefined) return <SkeletonRows />;
        if (!can('container:exec')) {
          const back = { href: `/containers/${encodeURIComponent(detail.name)}`, name: detail.name, isObject: true };
          return <NoAccess permission="container:exec" object={detail.name} back={back} />;
        }
        if (detail.state.status !== 'running') return <Note tone="info">{t('notRunning')}</Note>;
        return <Ready key={detail.id} containerId={detail.id} />;
      }}
    </ContainerFrame>
  );
}

/** What the terminal asks for first is under way while its code comes. */
function Ready({ containerId }: { containerId: string }) {
  usePrefetchQuery(useTRPC().containers.shells.queryOptions({ containerId }, { staleTime: Number.POSITIVE_INFINITY }));
  useEffect(() => void getSocket('/terminal'), []);
  return <Terminal containerId={containerId} />;
}
