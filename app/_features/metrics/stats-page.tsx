'use client';
import { ContainerFrame } from '../containers/container-frame.tsx';
import { ContainerCharts } from './container-charts.tsx';

export function StatsPage({ name }: { name: string }) {
  return <ContainerFrame name={name}>{(detail) => <ContainerCharts detail={detail} />}</ContainerFrame>;
}
