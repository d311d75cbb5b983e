import { NetworksPage } from '../../../_features/networks/networks-page.tsx';
import { requireUser } from '../../../_lib/session.ts';

export default async function Route() {
  await requireUser();
  return <NetworksPage />;
}
