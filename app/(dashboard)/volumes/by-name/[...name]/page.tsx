import { VolumePage } from '../../../../_features/volumes/volume-page.tsx';
import { requireUser } from '../../../../_lib/session.ts';

/** For names that are fixed words of addresses. */
export default async function Route({ params }: { params: Promise<{ name: string[] }> }) {
  await requireUser();
  return <VolumePage name={(await params).name.map(decodeURIComponent).join('/')} />;
}
