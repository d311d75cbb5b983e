'use client';
import { ContainerFrame } from './container-frame.tsx';
import { Overview, prepareNow } from './tab-parts.tsx';

prepareNow(Overview);

export function OverviewPage({ name }: { name: string }) {
  return <ContainerFrame name={name}>{(detail) => <Overview detail={detail} />}</ContainerFrame>;
}
