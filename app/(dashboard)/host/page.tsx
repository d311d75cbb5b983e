import { HostPage } from '../../_features/host/host-page.tsx';
import { requireUser } from '../../_lib/session.ts';

export default async function Route() {
  await requireUser();
  return <HostPage />;
}
