import { NoAccessPage } from '../../_features/shell/no-access.tsx';
import { requireUser } from '../../_lib/session.ts';

export default async function Route() {
  await requireUser();
  return <NoAccessPage />;
}
