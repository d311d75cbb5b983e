'use client';
import { ContainerFrame } from './container-frame.tsx';
import { Config, prepareNow } from './tab-parts.tsx';

prepareNow(Config);

export function ConfigPage({ name }: { name: string }) {
  return <ContainerFrame name={name}>{(detail) => <Config detail={detail} />}</ContainerFrame>;
}
