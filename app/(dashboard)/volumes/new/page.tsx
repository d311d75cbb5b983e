import { VolumesPage } from '../../../_features/volumes/volumes-page.tsx';
import { requireUser } from '../../../_lib/session.ts';

export default async function Route() {
  await requireUser();
  return <VolumesPage />;
}
