import { OperationPage } from '../../../../_features/activity/operation-page.tsx';
import { requireUser } from '../../../../_lib/session.ts';

export default async function Route({ params }: { params: Promise<{ id: string }> }) {
  await requireUser();
  return <OperationPage id={(await params).id} />;
}
