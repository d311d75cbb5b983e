import { AccountPage } from '../../_features/account/account-page.tsx';
import { requireUser } from '../../_lib/session.ts';

export default async function Route() {
  await requireUser();
  return <AccountPage />;
}
