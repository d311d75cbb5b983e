'use client';
import { ContainerFrame } from './container-frame.tsx';
import { prepareNow, Storage } from './tab-parts.tsx';

prepareNow(Storage);

export function StoragePage({ name }: { name: string }) {
  return <ContainerFrame name={name}>{(detail) => <Storage detail={detail} />}</ContainerFrame>;
}
