'use client';
import { useTranslations } from 'next-intl';
import { lazyPart } from '../../_lib/lazy-part.tsx';
import { Page } from '../../_ui/page.tsx';
import { ContainerFrame } from '../containers/container-frame.tsx';
import { RemovedNote } from '../containers/removed-note.tsx';
import { ContainerCharts, prepareNow } from '../containers/tab-parts.tsx';

const RemovedCharts = lazyPart(() => import('./removed-charts.tsx').then((module) => module.RemovedCharts));

prepareNow(ContainerCharts);

/** What was kept of a container can be read when it is gone. */
export function StatsPage({ name }: { name: string }) {
  return (
    <ContainerFrame name={name} gone={(known) => <RemovedStats name={known} />}>
      {(detail) => <ContainerCharts detail={detail} />}
    </ContainerFrame>
  );
}

function RemovedStats({ name }: { name: string }) {
  const t = useTranslations('containers');
  return (
    <Page title={name} section={t('title')}>
      <div className="mb-4">
        <RemovedNote name={name} />
      </div>
      <RemovedCharts name={name} />
    </Page>
  );
}
