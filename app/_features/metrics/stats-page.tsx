'use client';
import { useTranslations } from 'next-intl';
import { Page } from '../../_ui/page.tsx';
import { ContainerFrame } from '../containers/container-frame.tsx';
import { RemovedNote } from '../containers/removed-note.tsx';
import { ContainerCharts } from './container-charts.tsx';
import { RemovedCharts } from './removed-charts.tsx';

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
