'use client';
import { useTranslations } from 'next-intl';
import { Note } from '../../_ui/states.tsx';
import { ContainerFrame } from './container-frame.tsx';
import { Processes, prepareNow } from './tab-parts.tsx';

prepareNow(Processes);

export function ProcessesPage({ name }: { name: string }) {
  const t = useTranslations('containers');
  return (
    <ContainerFrame name={name}>
      {(detail) =>
        detail.state.status === 'running' || detail.state.status === 'paused' ? (
          <Processes id={detail.id} maySignal={detail.allowedActions.includes('kill')} />
        ) : (
          <Note tone="info">{t('notRunning')}</Note>
        )
      }
    </ContainerFrame>
  );
}
