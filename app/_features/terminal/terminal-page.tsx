'use client';
import dynamic from 'next/dynamic';
import { useTranslations } from 'next-intl';
import { Note, SkeletonRows } from '../../_ui/states.tsx';
import { ContainerFrame } from '../containers/container-frame.tsx';
import { NoAccess } from '../shell/no-access.tsx';
import { useCan, useMe } from '../shell/use-me.ts';

/** The emulator is large and needs a browser: it comes with this page and not before. */
const Terminal = dynamic(() => import('./terminal.tsx').then((module) => module.Terminal), {
  ssr: false,
  loading: () => <SkeletonRows />,
});

export function TerminalPage({ name }: { name: string }) {
  const t = useTranslations('terminal');
  const me = useMe();
  const can = useCan();
  return (
    <ContainerFrame name={name}>
      {(detail) => {
        if (me === undefined) return <SkeletonRows />;
        if (!can('container:exec')) return <NoAccess permission="container:exec" object={detail.name} />;
        if (detail.state.status !== 'running') return <Note tone="info">{t('notRunning')}</Note>;
        return <Terminal key={detail.id} containerId={detail.id} />;
      }}
    </ContainerFrame>
  );
}
