import { OperationsPage } from '../../../_features/activity/operations-page.tsx';
import { requireUser } from '../../../_lib/session.ts';

export default async function Route() {
  await requireUser();
  return <OperationsPage />;
}
