'use client';
import { ContainerFrame } from '../container-frame.tsx';
import { EditForm, prepareNow } from '../tab-parts.tsx';

prepareNow(EditForm);

export function EditPage({ name }: { name: string }) {
  return <ContainerFrame name={name}>{(detail) => <EditForm key={detail.id} detail={detail} />}</ContainerFrame>;
}
