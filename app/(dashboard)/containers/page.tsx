import { ContainersPage } from '../../_features/containers/containers-page.tsx';
import { requireUser } from '../../_lib/session.ts';

export default async function Route() {
  await requireUser();
  return <ContainersPage />;
}
