'use client';
import { ContainerFrame } from './container-frame.tsx';
import { NetworksTab, prepareNow } from './tab-parts.tsx';

prepareNow(NetworksTab);

export function ContainerNetworkPage({ name }: { name: string }) {
  return <ContainerFrame name={name}>{(detail) => <NetworksTab detail={detail} />}</ContainerFrame>;
}
