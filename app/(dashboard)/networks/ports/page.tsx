import { PortsPage } from '../../../_features/ports/ports-page.tsx';
import { requireUser } from '../../../_lib/session.ts';

export default async function Route() {
  await requireUser();
  return <PortsPage />;
}
