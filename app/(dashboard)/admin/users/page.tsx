import { UsersPage } from '../../../_features/users/users-page.tsx';
import { requireUser } from '../../../_lib/session.ts';

export default async function Route() {
  await requireUser();
  return <UsersPage />;
}
