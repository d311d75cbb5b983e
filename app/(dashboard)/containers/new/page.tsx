import { CreatePage } from '../../../_features/containers/create/create-page.tsx';
import { requireUser } from '../../../_lib/session.ts';

export default async function Route() {
  await requireUser();
  return <CreatePage />;
}
